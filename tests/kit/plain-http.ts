/**
 * The interface as a stranger's program sees it: plain requests made from nothing but the node's own OpenAPI document.
 * None of the product's client code is used here.
 */

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required: boolean
}
interface Operation {
  readonly operationId: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> }
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}
export interface Event {
  readonly id: string | undefined
  readonly event: string
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects.
  readonly data: any
}
export interface AskOptions {
  /** The body of an upload. */
  readonly body?: AsyncIterable<Uint8Array> | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

export interface PlainHttp {
  readonly account: string
  readonly token: string
  readonly operations: readonly string[]
  /** The answer as it came. */
  ask(operation: string, input?: Readonly<Record<string, unknown>>, options?: AskOptions): Promise<Response>
  /** The answer's JSON, whatever its status is. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects.
  json(operation: string, input?: Readonly<Record<string, unknown>>, options?: AskOptions): Promise<any>
  /** Every entry of a listing, page by page. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects.
  all(operation: string, input?: Readonly<Record<string, unknown>>): Promise<any[]>
  events(operation: string, input?: Readonly<Record<string, unknown>>, options?: AskOptions): AsyncIterable<Event>
  bytes(operation: string, input?: Readonly<Record<string, unknown>>): Promise<Buffer>
}

/** Signs in by a link and answers a client with its token. */
export async function signIn(link: string): Promise<PlainHttp> {
  const url = new URL(link)
  const document = (await (await fetch(`${url.origin}/api/v1/openapi.json`)).json()) as Document
  const operations = new Map<string, { path: string; verb: string; operation: Operation }>()
  for (const [path, verbs] of Object.entries(document.paths)) {
    for (const [verb, operation] of Object.entries(verbs)) operations.set(operation.operationId, { path, verb, operation })
  }
  let token = ''
  const ask: PlainHttp['ask'] = async (name, input = {}, { body, headers = {}, signal } = {}) => {
    const found = operations.get(name)
    if (!found) throw new Error(`The document knows no ${name}.`)
    const { path, verb, operation } = found
    const query = new URLSearchParams()
    const rest = { ...input }
    let filled = path
    for (const parameter of operation.parameters ?? []) {
      const value = rest[parameter.name]
      delete rest[parameter.name]
      if (parameter.in === 'path') filled = filled.replace(`{${parameter.name}}`, encodeURIComponent(String(value)))
      else if (value !== undefined) for (const one of [value].flat()) query.append(parameter.name, String(one))
    }
    const type = Object.keys(operation.requestBody?.content ?? {})[0]
    const sent = body ?? (type === 'application/json' ? JSON.stringify(rest) : undefined)
    const target = `${url.origin}${filled}${query.size > 0 ? `?${query}` : ''}`
    return await fetch(target, {
      method: verb.toUpperCase(),
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(type && sent !== undefined ? { 'content-type': type } : {}),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: sent, duplex: 'half' }),
      ...(signal ? { signal } : {}),
    } as RequestInit)
  }
  const json: PlainHttp['json'] = async (name, input, options) => {
    const answer = await ask(name, input, options)
    const text = await answer.text()
    try {
      return JSON.parse(text)
    } catch {
      throw new Error(`${name} answered ${answer.status}, not JSON: ${text.slice(0, 200)}`)
    }
  }
  const redeemed = await json('auth.link', { secret: url.hash.slice('#link='.length) })
  if (typeof redeemed.accessToken !== 'string') throw new Error(`The link does not sign in: ${JSON.stringify(redeemed)}`)
  token = redeemed.accessToken
  return {
    account: redeemed.account,
    token,
    operations: [...operations.keys()],
    ask,
    json,
    async all(name, input = {}) {
      const items: unknown[] = []
      let cursor: string | undefined
      do {
        const page = await json(name, { ...input, limit: 200, ...(cursor === undefined ? {} : { cursor }) })
        if (!Array.isArray(page.items)) throw new Error(`${name} answered ${JSON.stringify(page)}`)
        items.push(...page.items)
        cursor = page.next ?? undefined
      } while (cursor !== undefined)
      return items
    },
    async *events(name, input, options) {
      const answer = await ask(name, input, options)
      if (answer.status !== 200 || !answer.body) throw new Error(`${name} answered ${answer.status}: ${await answer.text()}`)
      let rest = ''
      for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
        rest += text
        const blocks = rest.split('\n\n')
        rest = blocks.pop() ?? ''
        for (const block of blocks) {
          const fields = new Map(
            block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
          )
          const data = fields.get('data')
          if (data !== undefined) yield { id: fields.get('id'), event: fields.get('event') ?? 'message', data: JSON.parse(data) }
        }
      }
    },
    async bytes(name, input) {
      const answer = await ask(name, input)
      if (!answer.ok) throw new Error(`${name} answered ${answer.status}: ${await answer.text()}`)
      return Buffer.from(await answer.arrayBuffer())
    },
  }
}

/** Waits for an import's end over its event stream; answers the phases that it went through and its report. */
export async function importEnds(http: PlainHttp, id: string) {
  const phases: string[] = []
  for await (const { event, data } of http.events('imports.events', { import: id })) {
    if (event === 'progress' && phases.at(-1) !== data.phase) phases.push(data.phase)
    if (event === 'done') break
  }
  return { phases, report: await http.json('imports.report', { import: id }) }
}
