/** The interface's methods as calls: every address, input and answer comes from the contract. */
import { z } from 'zod'
import { catalogue, type ErrorCode, VivimError } from '../node-core/contract/errors.ts'
import type { Method, Output } from '../node-core/contract/method.ts'
import { toRequest } from '../node-core/contract/request.ts'

export type Fetch = typeof fetch

/** Where the access token comes from. In the desktop window there is none: the app adds the session outside the page. */
export interface Access {
  token(): string | undefined
  /** Gets a new token after one was refused; false where the session has ended. */
  renew(signal?: AbortSignal): Promise<boolean>
}

/** Calls `method`; throws `VivimError`, with the code `unavailable` where the node does not answer. */
export type Call = <M extends Method>(method: M, input: z.input<M['input']>, signal?: AbortSignal) => Promise<Output<M>>

/** A client that renews the session once when its token is refused, as it is every few minutes. */
export function createCall(fetch: Fetch, access: Access): Call {
  return async (method, input, signal) => {
    try {
      return await ask(fetch, method, input, access.token(), signal)
    } catch (error) {
      const refused = error instanceof VivimError && error.status === 401
      if (!refused || !(await access.renew(signal))) throw error
      return await ask(fetch, method, input, access.token(), signal)
    }
  }
}

/** One request of a JSON method, one parsed answer. */
export async function ask<M extends Method>(
  fetch: Fetch,
  method: M,
  input: z.input<M['input']>,
  token?: string,
  signal?: AbortSignal,
): Promise<Output<M>> {
  const request = toRequest(method, input)
  const headers = new Headers({ accept: 'application/json' })
  if (request.body !== undefined) headers.set('content-type', 'application/json')
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  // Nothing of a conversation may stay in the browser's own cache.
  const init: RequestInit = { method: request.verb, headers, cache: 'no-store', credentials: 'omit', redirect: 'error' }
  if (request.body !== undefined) init.body = request.body
  if (signal) init.signal = signal
  const response = await fetch(request.target, init).catch((cause: unknown) => {
    if (signal?.aborted) throw cause
    throw new VivimError('unavailable', 'The node does not answer.', { cause })
  })
  const body: unknown = await response.json().catch(() => undefined)
  if (!response.ok) throw problemOf(body, response.status)
  const answer = method.output.safeParse(body)
  if (!answer.success) throw new VivimError('internal', 'The node’s answer has an unknown shape.', { cause: answer.error })
  return answer.data as Output<M>
}

const isCode = (code: string): code is ErrorCode => Object.hasOwn(catalogue, code)
const problem = z.object({ code: z.string().refine(isCode), detail: z.string().optional() })

function problemOf(body: unknown, status: number): VivimError {
  const parsed = problem.safeParse(body)
  if (parsed.success) return new VivimError(parsed.data.code, parsed.data.detail)
  return new VivimError(status >= 502 && status <= 504 ? 'unavailable' : 'internal', `The node answered ${status}.`)
}
