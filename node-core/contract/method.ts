/**
 * A method as data. Everything that speaks the interface is made from the list in `api/index.ts`: the routes of
 * the HTTP door, the handlers' types, the clients, the OpenAPI document and the table of who may call what.
 * A method's name is its key in that list, `<resource>.<verb>`.
 */
import type { z } from 'zod'
import type { ErrorCode } from './errors.ts'
import type { Did } from './ids.ts'

export const apiRoot = '/api/v1'

export type Verb = 'GET' | 'POST' | 'PATCH' | 'DELETE'
/** What a session may do. The local socket may do everything. */
export const capabilities = ['read', 'write', 'share', 'admin'] as const
export type Capability = (typeof capabilities)[number]
/** A signed-in browser or program: 16 random bytes as 26 characters. */
export type SessionId = string & { readonly session: unique symbol }

/**
 * Who may call a method; deny by default, so every method says it.
 * `open`: anyone who reaches the door. `session`: a session with the method's capability, or the local socket.
 * `local`: only the socket that its user alone can open.
 */
export type Callers = 'open' | 'session' | 'local'

/**
 * How a method's input and answer travel.
 * `json`: JSON both ways. `upload`: the body is a stream of bytes, the input stands in path and query.
 * `files`: the same with several files and their names, as `multipart/form-data`: what a page's form sends.
 * `download`: the answer is a stream of bytes that takes ranges. `events`: the answer is an event stream.
 */
export type Kind = 'json' | 'upload' | 'files' | 'download' | 'events'

export interface Method {
  /** Verb and address; `{field}` takes a field of the input. */
  readonly http: `${Verb} ${typeof apiRoot}/${string}`
  /** One sentence for the documents. */
  readonly summary: string
  readonly kind: Kind
  readonly callers: Callers
  /** Needed where `callers` is `session`; absent there means: any session, about itself. */
  readonly capability?: Capability
  /** True where the body may be CBOR too (DAG-CBOR); the answer is then as well, with bytes as bytes. Such bodies may be large. */
  readonly cbor?: boolean
  /** What the call is about: one account's data (the default), or the node itself. Open methods are about the node. */
  readonly scope?: 'account' | 'node'
  /** Path, query and body merged into one object. */
  readonly input: z.ZodObject
  /** The JSON answer; of an `events` method one event; of a `download` nothing. */
  readonly output: z.ZodType
  /** What it may answer beside `bad-request`, `unauthenticated`, `forbidden`, `too-many-requests`, `internal` and `unavailable`. */
  readonly errors: readonly ErrorCode[]
}

/** Names the type of a list of methods without widening it. */
export const defineMethods = <const M extends Record<string, Method>>(methods: M): M => methods

/** An answer that is JSON already, sent as it is: for hot pages. `etag` (without quotes) lets clients ask “changed?”. */
export class Encoded {
  readonly json: string | Uint8Array
  readonly etag: string | undefined
  constructor(json: string | Uint8Array, etag?: string) {
    this.json = json
    this.etag = etag
  }
}

/** The body of an `upload`. */
export interface UploadBody {
  readonly bytes: AsyncIterable<Uint8Array>
  /** Bytes, where the caller said so. */
  readonly size: number | undefined
  readonly mediaType: string | undefined
}

/** The body of a `files` method. */
export interface FilesBody {
  /** One after the other: a file's bytes are there until the next file is asked for. */
  readonly files: AsyncIterable<UploadedFile>
}
export interface UploadedFile {
  /** As its sender says it, with slashes for folders; nothing of it is checked. */
  readonly name: string
  readonly bytes: AsyncIterable<Uint8Array>
}

/** The answer of a `download`. With a `size` it takes ranges. */
export interface Download {
  readonly mediaType: string
  readonly size?: number
  /** Offered to the person as the file's name. */
  readonly filename?: string
  /** Without quotes; for content that never changes under its address. */
  readonly etag?: string
  /** The bytes from `start` up to but without `end`; everything when absent. Called once, or never. */
  open(range: { start: number; end: number } | undefined, signal: AbortSignal): AsyncIterable<Uint8Array>
}

interface CallBase {
  readonly caller: Callers
  /** The session that asks; absent for open and local callers. */
  readonly session?: SessionId
  /** The device that asks, proved by the key of its grant; absent for others. */
  readonly device?: Did
  readonly capabilities: readonly Capability[]
  /** Aborted when the caller goes away, its session ends, or the node stops. */
  readonly signal: AbortSignal
}
/** What a handler learns of its caller: whose data it may touch, and until when anyone listens. */
export type Call<M extends Method> = CallBase &
  (M extends { scope: 'node' } | { callers: 'open' } ? unknown : { readonly account: Did }) &
  (M['kind'] extends 'upload' ? { readonly body: UploadBody } : unknown) &
  (M['kind'] extends 'files' ? { readonly body: FilesBody } : unknown)

export type Input<M extends Method> = z.output<M['input']>
export type Output<M extends Method> = z.output<M['output']>
type Answer<M extends Method> = M['kind'] extends 'download'
  ? Promise<Download>
  : M['kind'] extends 'events'
    ? AsyncIterable<Output<M>> | Promise<AsyncIterable<Output<M>>>
    : Promise<Output<M> | Encoded>

/** One function per method; throws `VivimError`. */
export type Handler<M extends Method> = (input: Input<M>, call: Call<M>) => Answer<M>
export type Handlers<Methods extends Record<string, Method>> = { readonly [Name in keyof Methods]: Handler<Methods[Name]> }

/** The parts of a method's address. */
export interface Address {
  readonly verb: Verb
  /** As in `http`, with `{field}`. */
  readonly path: string
  readonly pathFields: readonly string[]
  /** Where the input's other fields travel. */
  readonly rest: 'query' | 'body'
}

/** Splits `http` and says where each field of the input goes: GET, DELETE and uploads use the query, others the body. */
export function addressOf(method: Method): Address {
  const [verb, path] = method.http.split(' ') as [Verb, string]
  const pathFields = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string)
  const rest = verb === 'GET' || verb === 'DELETE' || method.kind === 'upload' || method.kind === 'files' ? 'query' : 'body'
  return { verb, path, pathFields, rest }
}
