/**
 * A method's input as an HTTP request, and an event stream as events: what every client needs, without I/O.
 */
import { addressOf, type Method, type Verb } from './method.ts'

export interface PlainRequest {
  readonly verb: Verb
  /** Path and query. */
  readonly target: string
  /** JSON for the body; absent where there is none. */
  readonly body?: string
}

/** Puts an input's fields where the method takes them. The door checks them. */
export function toRequest(method: Method, input: Readonly<Record<string, unknown>>): PlainRequest {
  const { verb, path, pathFields, rest } = addressOf(method)
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, field: string) => encodeURIComponent(String(input[field])))
  const others = Object.entries(input).filter(([field, value]) => value !== undefined && !pathFields.includes(field))
  if (rest === 'body') return { verb, target: filled, body: JSON.stringify(Object.fromEntries(others)) }
  const query = new URLSearchParams()
  for (const [field, value] of others) {
    for (const one of Array.isArray(value) ? value : [value]) query.append(field, String(one))
  }
  const text = query.toString()
  return { verb, target: text ? `${filled}?${text}` : filled }
}

export interface StreamEvent {
  readonly id?: string
  readonly event: string
  /** JSON. */
  readonly data: string
}

/**
 * Events of a `text/event-stream` body, as they come; comments are skipped. Ends with the stream.
 * One event may not be longer than a million characters: the stream is then given up with a `RangeError`.
 */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamEvent, void, undefined> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true })
    if (rest.length > 1_000_000) throw new RangeError('An event of the stream is too long.')
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const event = parseEvent(rest.slice(0, end))
      rest = rest.slice(end + 2)
      if (event) yield event
    }
  }
}

function parseEvent(block: string): StreamEvent | undefined {
  let id: string | undefined
  let event = 'message'
  const data: string[] = []
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'id') id = value
    else if (name === 'event') event = value
    else if (name === 'data') data.push(value)
  }
  if (data.length === 0) return undefined
  return { ...(id === undefined ? {} : { id }), event, data: data.join('\n') }
}
