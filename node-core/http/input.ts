/** A request's path, query and body as the one input object of its method. */
import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import { VivimError } from '../contract/errors.ts'
import { addressOf, type Method } from '../contract/method.ts'

export interface InputParts {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
  readonly headers: IncomingHttpHeaders
}
type Coerce = (value: unknown) => unknown

/** Prepares, once, how a method's input is gathered; the result goes to `dispatch`, which parses it. */
export function inputReader(method: Method): (parts: InputParts) => Record<string, unknown> {
  const { pathFields, rest } = addressOf(method)
  const coercions = new Map(Object.entries(method.input.shape).map(([field, type]) => [field, coercion(type)]))
  const resumes = method.kind === 'events' && 'lastEventId' in method.input.shape
  return ({ params, query, body, headers }) => {
    // Without a prototype, a field named `__proto__` is a field like any other.
    const input: Record<string, unknown> = Object.create(null)
    if (rest === 'query') {
      for (const [field, value] of entriesOf(query)) input[field] = coercions.get(field)?.(value) ?? value
    } else {
      if (body !== undefined && !isObject(body)) throw new VivimError('bad-request', 'The body must be a JSON object.')
      for (const [field, value] of entriesOf(body)) input[field] = value
      if (entriesOf(query).length > 0) throw new VivimError('bad-request', 'This method takes nothing in the query.')
    }
    if (pathFields.length > 0) {
      for (const [field, value] of entriesOf(params)) input[field] = value
    }
    const last = headers['last-event-id']
    if (resumes && last !== undefined && input.lastEventId === undefined) input.lastEventId = last
    return input
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const entriesOf = (value: unknown): [string, unknown][] => (isObject(value) ? Object.entries(value) : [])

/** A query has only words; the schema says which of them are numbers, truth values or lists. */
function coercion(type: unknown): Coerce {
  if (type instanceof z.ZodOptional || type instanceof z.ZodDefault || type instanceof z.ZodNullable)
    return coercion(type.unwrap())
  if (type instanceof z.ZodNumber)
    return (value) => (typeof value === 'string' && /^-?\d{1,17}(\.\d{1,9})?$/.test(value) ? Number(value) : value)
  if (type instanceof z.ZodBoolean)
    return (value) => (value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : value)
  if (type instanceof z.ZodArray) {
    const one = coercion(type.element)
    return (value) => (Array.isArray(value) ? value : [value]).map(one)
  }
  return (value) => value
}
