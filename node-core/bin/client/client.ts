/** A node as commands see it, whether it runs elsewhere or in this very process. */
import type { z } from 'zod'
import { type Api, api } from '../../contract/api/index.ts'
import { VivimError } from '../../contract/errors.ts'
import type { Kind, Method } from '../../contract/method.ts'

/** The names of the methods of one kind. */
export type Named<K extends Kind> = { [Name in keyof Api]: Api[Name]['kind'] extends K ? Name : never }[keyof Api]
export type InputOf<Name extends keyof Api> = z.input<Api[Name]['input']>
export type OutputOf<Name extends keyof Api> = z.output<Api[Name]['output']>

export interface Downloaded {
  /** Bytes, where known. */
  readonly size: number | undefined
  readonly bytes: AsyncIterable<Uint8Array>
}

/** Every method throws `VivimError`; answers are parsed as the contract promises them. */
export interface NodeClient extends AsyncDisposable {
  /** True where the node runs in a process of its own. */
  readonly remote: boolean
  call<Name extends Named<'json'>>(name: Name, input: InputOf<Name>, signal?: AbortSignal): Promise<OutputOf<Name>>
  upload<Name extends Named<'upload'>>(
    name: Name,
    input: InputOf<Name>,
    bytes: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<OutputOf<Name>>
  download<Name extends Named<'download'>>(name: Name, input: InputOf<Name>, signal?: AbortSignal): Promise<Downloaded>
  events<Name extends Named<'events'>>(name: Name, input: InputOf<Name>, signal?: AbortSignal): AsyncIterable<OutputOf<Name>>
}

/** An answer in its method's shape. Error: `internal` where a node of another version answers otherwise. */
export function parseOutput<Name extends keyof Api>(name: Name, answer: unknown): OutputOf<Name> {
  const method: Method = api[name]
  const result = method.output.safeParse(answer)
  if (!result.success) {
    throw new VivimError('internal', 'The node answers in a form that this version does not know. Restart it.', {
      cause: result.error,
    })
  }
  // The schema is the method's own; its type is lost only in the look-up by name.
  return result.data as OutputOf<Name>
}
