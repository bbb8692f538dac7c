/**
 * From a method's name, an unparsed input and a caller to its handler: the one place that decides who may call
 * what, for every door. Doors hold no logic of their own.
 */
import type { z } from 'zod'
import { VivimError } from './contract/errors.ts'
import type { Did } from './contract/ids.ts'
import {
  type Capability,
  type Download,
  Encoded,
  capabilities as everyCapability,
  type FilesBody,
  type Handlers,
  type Method,
  type SessionId,
  type UploadBody,
} from './contract/method.ts'

/** Who asks, as the door has proved it. */
export type Caller =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'session'
      readonly account: Did
      readonly session: SessionId
      /** The device that proved itself with the key of its grant; absent where the session came of a link. */
      readonly device?: Did
      readonly capabilities: readonly Capability[]
    }
  /** `account` is absent only on a node that hosts none. */
  | { readonly kind: 'local'; readonly account?: Did }

/** What comes with a call beside its input. The signal is made only when a handler asks for it. */
export interface Circumstances {
  readonly signal: AbortSignal
  readonly body?: UploadBody | FilesBody
}

/** What any handler may answer; the method's kind says which. */
export type Answer = Encoded | Download | AsyncIterable<unknown> | object

export interface Dispatch {
  readonly methods: Readonly<Record<string, Method>>
  /** Answers, or throws `VivimError`. */
  call(name: string, input: unknown, caller: Caller, circumstances: Circumstances): Promise<Answer>
}

/** Throws `unauthenticated` or `forbidden` unless `caller` may call `method`. */
export function authorize(method: Method, caller: Caller): void {
  if (method.callers === 'open' || caller.kind === 'local') return
  if (caller.kind === 'open') throw new VivimError('unauthenticated')
  const allowed = method.callers === 'session' && (!method.capability || caller.capabilities.includes(method.capability))
  if (!allowed) throw new VivimError('forbidden')
}

/** Parses an input at the door; the error names the fields, never their values. */
export function parseInput<T extends z.ZodType>(type: T, input: unknown): z.output<T> {
  const result = type.safeParse(input)
  if (result.success) return result.data
  const faults = result.error.issues.slice(0, 5).map((issue) => {
    // Keys that the method does not know are the caller's own text: only their number is said.
    if (issue.code === 'unrecognized_keys') return `${issue.keys.length} unknown field(s).`
    return `${issue.path.join('.') || 'input'}: ${faultOf(issue)}.`
  })
  throw new VivimError('bad-request', faults.join(' '))
}

function faultOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `must be ${issue.expected}`
  if (issue.code === 'too_small') return `must be at least ${issue.minimum} ${unitOf(issue.origin)}`.trimEnd()
  if (issue.code === 'too_big') return `must be at most ${issue.maximum} ${unitOf(issue.origin)}`.trimEnd()
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`
  return 'does not have the right form'
}
const unitOf = (origin: string): string => (origin === 'string' ? 'characters' : origin === 'array' ? 'entries' : '')

type AnyHandler = (input: unknown, call: object) => Answer | Promise<Answer>

/**
 * Binds methods to their handlers. With `checkOutputs` (tests, development) what a handler answers must have the
 * shape that the contract promises, else the call fails with `internal`.
 */
export function createDispatch<Methods extends Record<string, Method>>(
  methods: Methods,
  handlers: Handlers<Methods>,
  options: { checkOutputs?: boolean } = {},
): Dispatch {
  const byName = new Map<string, { method: Method; handler: AnyHandler }>()
  for (const [name, method] of Object.entries(methods)) {
    // The handler's own types were checked against the method's by `Handlers`; here only the pairing remains.
    byName.set(name, { method, handler: handlers[name] as unknown as AnyHandler })
  }
  return {
    methods,
    async call(name, input, caller, circumstances) {
      const entry = byName.get(name)
      if (!entry) throw new VivimError('not-found')
      const { method, handler } = entry
      authorize(method, caller)
      const call = callOf(method, caller, circumstances)
      const answer = await handler(parseInput(method.input, input), call)
      return options.checkOutputs ? checked(name, method, answer) : answer
    },
  }
}

function callOf(method: Method, caller: Caller, circumstances: Circumstances): object {
  const account = caller.kind === 'open' ? undefined : caller.account
  if (!account && method.callers !== 'open' && method.scope !== 'node') {
    throw new VivimError('bad-request', 'There is no account on this node yet; make one first.')
  }
  return {
    caller: caller.kind,
    account,
    session: caller.kind === 'session' ? caller.session : undefined,
    device: caller.kind === 'session' ? caller.device : undefined,
    capabilities: caller.kind === 'session' ? caller.capabilities : caller.kind === 'local' ? everyCapability : [],
    get signal() {
      return circumstances.signal
    },
    body: circumstances.body,
  }
}

function checked(name: string, method: Method, answer: Answer): Answer {
  const check = (value: unknown) => {
    const result = method.output.safeParse(value)
    if (!result.success) {
      throw new VivimError('internal', undefined, {
        cause: new TypeError(`${name} answers out of contract: ${result.error.message}`),
      })
    }
  }
  if (method.kind === 'download') return answer
  if (method.kind === 'events') return checkedEvents(answer as AsyncIterable<unknown>, check)
  check(answer instanceof Encoded ? JSON.parse(Buffer.from(answer.json).toString()) : answer)
  return answer
}

async function* checkedEvents(events: AsyncIterable<unknown>, check: (event: unknown) => void): AsyncIterable<unknown> {
  for await (const event of events) {
    check(event)
    yield event
  }
}
