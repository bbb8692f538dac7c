/** A node that this very process has opened. */
import { type Api, api } from '../../contract/api/index.ts'
import { VivimError } from '../../contract/errors.ts'
import type { Did } from '../../contract/ids.ts'
import { type Download, Encoded, type Method, type UploadBody } from '../../contract/method.ts'
import type { Caller, Dispatch } from '../../dispatch.ts'
import { type NodeClient, parseOutput } from './client.ts'

/** What a client needs of a node: its methods, and an end. */
export interface Opened {
  readonly dispatch: Dispatch
  close(): Promise<void>
}

const never = new AbortController().signal

/** A client that closes the node when it is disposed of; `account` names one where it hosts several. */
export function insideClient(node: Opened, account: Did | undefined): NodeClient {
  const ask = async (name: keyof Api, input: object, signal: AbortSignal = never, body?: UploadBody) => {
    const caller = await callerOf(node.dispatch, name, account)
    return await node.dispatch.call(name, input, caller, { signal, ...(body ? { body } : {}) })
  }
  const plain = (answer: unknown): unknown =>
    answer instanceof Encoded ? JSON.parse(Buffer.from(answer.json).toString()) : answer
  return {
    remote: false,
    call: async (name, input, signal) => parseOutput(name, plain(await ask(name, input, signal))),
    upload: async (name, input, bytes, signal) =>
      parseOutput(name, plain(await ask(name, input, signal, { bytes, size: undefined, mediaType: undefined }))),
    async download(name, input, signal = never) {
      // `createDispatch` pairs download methods with handlers that answer a Download, and event methods with those that answer events.
      const download = (await ask(name, input, signal)) as Download
      return { size: download.size, bytes: download.open(undefined, signal) }
    },
    async *events(name, input, signal) {
      for await (const event of (await ask(name, input, signal)) as AsyncIterable<unknown>) yield parseOutput(name, event)
    },
    [Symbol.asyncDispose]: () => node.close(),
  }
}

/** The same choice of account as at the socket: the one that is named, else the only one. */
async function callerOf(dispatch: Dispatch, name: keyof Api, account: Did | undefined): Promise<Caller> {
  const method: Method = api[name]
  if (method.scope === 'node') return { kind: 'local' }
  const answer = parseOutput('accounts.list', await dispatch.call('accounts.list', {}, { kind: 'local' }, { signal: never }))
  const dids = answer.items.map(({ did }) => did)
  if (account === undefined && dids.length > 1)
    throw new VivimError('bad-request', 'There are several accounts here; name one with --account DID.')
  const found = account === undefined ? dids[0] : dids.find((did) => did === account)
  if (account !== undefined && !found) throw new VivimError('not-found', 'This node hosts no such account.')
  return found ? { kind: 'local', account: found } : { kind: 'local' }
}
