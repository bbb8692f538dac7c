/** The node's interface as the page uses it: every address, input and answer comes from the contract. */
import { z } from 'zod'
import { catalogue, type ErrorCode, VivimError } from '../node-core/contract/errors.ts'
import type { Method, Output } from '../node-core/contract/method.ts'
import { readEvents, toRequest } from '../node-core/contract/request.ts'

export type Fetch = typeof fetch

/** Where the access token comes from. In the desktop window there is none: the app adds the session outside the page. */
export interface Access {
  token(): string | undefined
  /** Gets a new token after one was refused; false where the session has ended. */
  renew(signal?: AbortSignal): Promise<boolean>
}

/** Calls `method`; throws `VivimError`, with the code `unavailable` where the node does not answer. */
export type Call = <M extends Method>(method: M, input: z.input<M['input']>, signal?: AbortSignal) => Promise<Output<M>>

export interface Upload {
  readonly signal: AbortSignal
  /** Called as bytes leave the page; `at` is the event's time in milliseconds, by a clock of the page's. */
  readonly onSent: (bytes: number, at: number) => void
}

/** What the page asks of its node. Everything throws `VivimError`; an aborted request throws the signal's reason. */
export interface Client {
  readonly call: Call
  /** The events of one connection, parsed; ends when the node ends it, throws what the node says of a failure, `unavailable` when it breaks. */
  listen<M extends Method>(
    method: M,
    input: z.input<M['input']>,
    signal: AbortSignal,
    opened?: () => void,
  ): AsyncGenerator<Output<M>, void, undefined>
  /** The bytes of a `download` method. */
  download<M extends Method>(method: M, input: z.input<M['input']>, signal?: AbortSignal): Promise<Response>
  /** Sends a file to an `upload` method, or a form of files to a `files` method. */
  upload<M extends Method>(method: M, input: z.input<M['input']>, body: Blob | FormData, upload: Upload): Promise<Output<M>>
}

/** A client that renews the session once when its token is refused, as it is every few minutes. */
export function createClient(fetch: Fetch, access: Access, newRequest: () => XMLHttpRequest): Client {
  const renewing = async <T>(attempt: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    try {
      return await attempt()
    } catch (error) {
      const refused = error instanceof VivimError && error.status === 401
      if (!refused || !(await access.renew(signal))) throw error
      return await attempt()
    }
  }
  return {
    call: (method, input, signal) => renewing(() => ask(fetch, method, input, access.token(), signal), signal),
    async *listen(method, input, signal, opened) {
      const response = await renewing(() => send(fetch, method, input, 'text/event-stream', access.token(), signal), signal)
      opened?.()
      if (!response.body) return
      try {
        for await (const { id, event, data } of readEvents(response.body)) {
          if (event === 'error') throw problemOf(JSON.parse(data) as unknown, 500)
          yield parsed(method, { ...(id === undefined ? {} : { id }), event, data: JSON.parse(data) as unknown })
        }
      } catch (cause) {
        if (signal.aborted || cause instanceof VivimError) throw cause
        throw new VivimError('unavailable', 'The node does not answer.', { cause })
      }
    },
    download: (method, input, signal) => renewing(() => send(fetch, method, input, '*/*', access.token(), signal), signal),
    upload: (method, input, body, upload) =>
      renewing(() => put(newRequest(), method, input, body, access.token(), upload), upload.signal),
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
  const response = await send(fetch, method, input, 'application/json', token, signal)
  return parsed(method, await response.json().catch(() => undefined))
}

async function send(
  fetch: Fetch,
  method: Method,
  input: Readonly<Record<string, unknown>>,
  accept: string,
  token?: string,
  signal?: AbortSignal,
): Promise<Response> {
  const request = toRequest(method, input)
  const headers = new Headers({ accept })
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
  if (!response.ok) throw problemOf(await response.json().catch(() => undefined), response.status)
  return response
}

/** `fetch` cannot say how much of a body has left, which a person who waits for a gigabyte wants to know. */
function put<M extends Method>(
  request: XMLHttpRequest,
  method: M,
  input: Readonly<Record<string, unknown>>,
  body: Blob | FormData,
  token: string | undefined,
  { signal, onSent }: Upload,
): Promise<Output<M>> {
  return new Promise((resolve, reject) => {
    const { verb, target } = toRequest(method, input)
    const stop = () => request.abort()
    const settle = (work: () => void) => () => {
      signal.removeEventListener('abort', stop)
      work()
    }
    if (signal.aborted) return reject(signal.reason)
    request.open(verb, target)
    request.responseType = 'json'
    // A form's own type says where its parts end, which only the browser knows.
    if (body instanceof Blob) request.setRequestHeader('content-type', 'application/octet-stream')
    if (token !== undefined) request.setRequestHeader('authorization', `Bearer ${token}`)
    request.upload.onprogress = (event) => onSent(event.loaded, event.timeStamp)
    request.onload = settle(() => {
      const answer: unknown = request.response
      if (request.status < 200 || request.status > 299) return reject(problemOf(answer, request.status))
      try {
        resolve(parsed(method, answer))
      } catch (error) {
        reject(error)
      }
    })
    request.onerror = settle(() => reject(new VivimError('unavailable', 'The node does not answer.')))
    request.onabort = settle(() => reject(signal.reason))
    signal.addEventListener('abort', stop, { once: true })
    request.send(body)
  })
}

function parsed<M extends Method>(method: M, answer: unknown): Output<M> {
  const result = method.output.safeParse(answer)
  if (!result.success) throw new VivimError('internal', 'The node’s answer has an unknown shape.', { cause: result.error })
  return result.data as Output<M>
}

const isCode = (code: string): code is ErrorCode => Object.hasOwn(catalogue, code)
const problem = z.object({ code: z.string().refine(isCode), detail: z.string().optional() })

function problemOf(body: unknown, status: number): VivimError {
  const answer = problem.safeParse(body)
  if (answer.success) return new VivimError(answer.data.code, answer.data.detail)
  return new VivimError(status >= 502 && status <= 504 ? 'unavailable' : 'internal', `The node answered ${status}.`)
}
