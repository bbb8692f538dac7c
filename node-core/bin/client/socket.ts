/** A node that runs in another process, over the socket that only its user can open. */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { api } from '../../contract/api/index.ts'
import { catalogue, type ErrorCode, VivimError } from '../../contract/errors.ts'
import type { Did } from '../../contract/ids.ts'
import type { Method } from '../../contract/method.ts'
import { type PlainRequest, readEvents, toRequest } from '../../contract/request.ts'
import { type NodeClient, parseOutput } from './client.ts'

const problem = z.object({ code: z.string(), title: z.string(), detail: z.string().optional() })
/** Longer answers are no method's of this contract. */
const longestAnswer = 1 << 28

/** A client of the node behind `address`; `account` names one where it hosts several. */
export function socketClient(address: string, account: Did | undefined): NodeClient {
  const ask = (
    method: Method,
    { verb, target, body }: PlainRequest,
    signal: AbortSignal | undefined,
    bytes?: AsyncIterable<Uint8Array>,
  ) => {
    const headers: Record<string, string> = { host: 'localhost' }
    if (account && method.scope !== 'node') headers['vivim-account'] = account
    if (body !== undefined) headers['content-type'] = 'application/json'
    if (bytes) headers['content-type'] = 'application/octet-stream'
    const request = httpRequest({
      socketPath: address,
      method: verb,
      path: target,
      headers,
      agent: false,
      ...(signal ? { signal } : {}),
    })
    return answerOf(request, signal, () => {
      if (bytes) return pipeline(Readable.from(bytes), request)
      request.end(body)
      return undefined
    })
  }
  return {
    remote: true,
    async call(name, input, signal) {
      return parseOutput(name, await json(await ask(api[name], toRequest(api[name], input), signal), signal))
    },
    async upload(name, input, bytes, signal) {
      return parseOutput(name, await json(await ask(api[name], toRequest(api[name], input), signal, bytes), signal))
    },
    async download(name, input, signal) {
      const response = await ask(api[name], toRequest(api[name], input), signal)
      const length = response.headers['content-length']
      return { size: length === undefined ? undefined : Number(length), bytes: unbroken(response, signal) }
    },
    async *events(name, input, signal) {
      const response = await ask(api[name], toRequest(api[name], input), signal)
      for await (const { id, event, data } of readEvents(unbroken(response, signal))) {
        const parsed: unknown = JSON.parse(data)
        if (event === 'error') throw problemOf(parsed)
        yield parseOutput(name, { ...(id === undefined ? {} : { id }), event, data: parsed })
      }
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
}

/** True where a node answers at `address`. */
export const answers = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const request = httpRequest(
      { socketPath: address, path: '/healthz', headers: { host: 'localhost' }, agent: false },
      (response) => {
        response.resume()
        resolve(response.statusCode === 200)
      },
    )
    request.once('error', () => resolve(false))
    request.end()
  })

/** The head of a good answer; anything else is thrown as the error that it says. */
async function answerOf(
  request: ClientRequest,
  signal: AbortSignal | undefined,
  send: () => Promise<void> | undefined,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  request.once('response', resolve)
  request.on('error', (cause) => reject(broken(cause, signal)))
  // A node that refuses an upload answers before it has taken all of it.
  send()?.catch((cause: unknown) => reject(broken(cause, signal)))
  const response = await promise
  if (response.statusCode !== undefined && response.statusCode < 300) return response
  throw problemOf(await json(response, signal).catch(() => undefined))
}

async function json(response: IncomingMessage, signal: AbortSignal | undefined): Promise<unknown> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of unbroken(response, signal)) {
    size += chunk.length
    if (size > longestAnswer) throw new VivimError('internal', 'The node’s answer is too long.')
    chunks.push(chunk)
  }
  return JSON.parse(Buffer.concat(chunks).toString())
}

async function* unbroken(
  response: IncomingMessage,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of response) yield chunk
  } catch (cause) {
    throw broken(cause, signal)
  }
}

const broken = (cause: unknown, signal: AbortSignal | undefined): VivimError =>
  signal?.aborted
    ? new VivimError('cancelled', undefined, { cause })
    : new VivimError('unavailable', 'The connection to the node broke off.', { cause })

function problemOf(answer: unknown): VivimError {
  const parsed = problem.safeParse(answer)
  if (!parsed.success) return new VivimError('internal', 'The node refused without saying why.')
  const { code, title, detail } = parsed.data
  const known = (name: string): name is ErrorCode => Object.hasOwn(catalogue, name)
  return known(code) ? new VivimError(code, detail) : new VivimError('internal', [title, detail].filter(Boolean).join(' '))
}
