/** The sync methods of another node. */
import { decode, encode } from '@ipld/dag-cbor'
import type { z } from 'zod'
import {
  type FillAnswer,
  type FillRequest,
  fillAnswer,
  type SyncAnswer,
  type SyncHeads,
  type SyncRequest,
  sync,
  syncAnswer,
  syncHeads,
} from '../contract/api/sync.ts'
import { catalogue, type ErrorCode, VivimError } from '../contract/errors.ts'
import type { ChainId } from '../contract/ids.ts'
import { addressOf } from '../contract/method.ts'
import { toRequest } from '../contract/request.ts'
import type { PeerDoor } from '../ports/peer-door.ts'

/** Errors: the other node's as it names them; `unavailable` for what is no answer of a node. */
export interface SyncPeer {
  exchange(request: SyncRequest, signal: AbortSignal): Promise<SyncAnswer>
  fill(request: FillRequest, signal: AbortSignal): Promise<FillAnswer>
  heads(of: { device?: ChainId; seq?: number }, signal: AbortSignal): Promise<SyncHeads>
}

export function syncPeer(door: PeerDoor): SyncPeer {
  return {
    async exchange(request, signal) {
      const { path } = addressOf(sync['sync.exchange'])
      return answerOf(syncAnswer, await door.ask(path, encode(request), signal), decode)
    },
    async fill(request, signal) {
      const { path } = addressOf(sync['sync.fill'])
      return answerOf(fillAnswer, await door.ask(path, encode(request), signal), decode)
    },
    async heads(of, signal) {
      const { target } = toRequest(sync['sync.heads'], of)
      return answerOf(syncHeads, await door.ask(target, undefined, signal))
    },
  }
}

const fromJson = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString())

/** What an answer holds. Errors: the other node’s as it names them; `unavailable` for what is no answer of a node. */
export function answerOf<T extends z.ZodType>(
  type: T,
  { status, body }: { status: number; body: Uint8Array },
  decoded: (bytes: Uint8Array) => unknown = fromJson,
): z.output<T> {
  if (status !== 200) throw new VivimError(codeIn(body) ?? 'unavailable', `The other node answered ${status}.`)
  let value: unknown
  try {
    value = decoded(body)
  } catch (cause) {
    throw new VivimError('unavailable', 'The other node’s answer broke off or is no answer.', { cause })
  }
  const parsed = type.safeParse(value)
  if (!parsed.success) throw new VivimError('unavailable', 'The other node answers out of contract.', { cause: parsed.error })
  return parsed.data
}

/** The code of a problem document. */
function codeIn(body: Uint8Array): ErrorCode | undefined {
  try {
    const problem: unknown = fromJson(body)
    const code: unknown = typeof problem === 'object' && problem !== null && 'code' in problem ? problem.code : undefined
    return typeof code === 'string' && Object.hasOwn(catalogue, code) ? (code as ErrorCode) : undefined
  } catch {
    return undefined
  }
}
