/** The OpenAPI 3.1 document, and a page for people, made from the list of methods. */
import { z } from 'zod'
import { catalogue, type ErrorCode } from './errors.ts'
import { addressOf, type Method } from './method.ts'

type Schema = Record<string, unknown>
/** What any method may answer. */
const always: readonly ErrorCode[] = ['bad-request', 'too-many-requests', 'internal', 'unavailable']
const guarded: readonly ErrorCode[] = ['unauthenticated', 'forbidden']

/** Every code that a method may answer with. */
export const errorsOf = (method: Method): ErrorCode[] => [
  ...new Set([...always, ...(method.callers === 'open' ? [] : guarded), ...method.errors]),
]

/** The document; `version` is the product's. Local methods are listed and marked `x-local`. */
export function openApi(methods: Readonly<Record<string, Method>>, version: string) {
  const schemas: Record<string, Schema> = { Problem: problemSchema }
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [name, method] of Object.entries(methods)) {
    const { verb, path } = addressOf(method)
    paths[path] = { ...paths[path], [verb.toLowerCase()]: operation(name, method, schemas) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'VIVIM Node',
      version,
      description:
        'The interface of a personal node. Times are milliseconds since 1970. Listings are paged: give `next` back as ' +
        '`cursor`. Every failure is a problem document (RFC 9457) whose `code` is for programs.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ session: [] }],
    paths,
    components: { securitySchemes: { session: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } }, schemas },
  }
}

const problemSchema: Schema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'retryable'],
  properties: {
    type: { type: 'string', description: 'urn:vivim:error:<code>' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { enum: Object.keys(catalogue) },
    retryable: { type: 'boolean' },
    detail: { type: 'string' },
  },
}

function operation(name: string, method: Method, schemas: Record<string, Schema>): Schema {
  const { pathFields, rest } = addressOf(method)
  const input = hoist(method.input, schemas)
  const properties = (input.properties ?? {}) as Record<string, Schema>
  const required = (input.required ?? []) as string[]
  const placed = Object.keys(properties).filter((field) => pathFields.includes(field) || rest === 'query')
  const parameters = placed.map((field) => ({
    name: field,
    in: pathFields.includes(field) ? 'path' : 'query',
    required: required.includes(field),
    ...(properties[field]?.type === 'array' ? { style: 'form', explode: true } : {}),
    schema: properties[field],
  }))
  return {
    operationId: name,
    summary: method.summary,
    tags: [name.slice(0, name.indexOf('.'))],
    ...(method.callers === 'open' ? { security: [] } : {}),
    ...(method.callers === 'local'
      ? { 'x-local': true, description: 'Only over the socket that the node’s own user can open.' }
      : {}),
    ...(method.capability ? { 'x-capability': method.capability } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...bodyOf(method, properties, required, placed),
    responses: responsesOf(method, schemas),
  }
}

function bodyOf(method: Method, properties: Record<string, Schema>, required: string[], placed: string[]): Schema {
  if (method.kind === 'upload') {
    return {
      requestBody: { required: true, content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } },
    }
  }
  if (method.kind === 'files') {
    const files = { type: 'array', items: { type: 'string', format: 'binary' }, description: 'Each with a file name.' }
    const schema = { type: 'object', properties: { files }, required: ['files'] }
    return { requestBody: { required: true, content: { 'multipart/form-data': { schema } } } }
  }
  const fields = Object.keys(properties).filter((field) => !placed.includes(field))
  if (fields.length === 0) return {}
  const needed = required.filter((field) => !placed.includes(field))
  const schema = {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field, properties[field]])),
    ...(needed.length > 0 ? { required: needed } : {}),
    additionalProperties: false,
  }
  return { requestBody: { required: needed.length > 0, content: { 'application/json': { schema } } } }
}

function responsesOf(method: Method, schemas: Record<string, Schema>): Schema {
  const binary = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }
  const content =
    method.kind === 'download'
      ? binary
      : { [method.kind === 'events' ? 'text/event-stream' : 'application/json']: { schema: hoist(method.output, schemas) } }
  const responses: Schema = { 200: { description: 'Done.', content } }
  if (method.kind === 'download') responses[206] = { description: 'The range that was asked for.', content: binary }
  const byStatus = Map.groupBy(errorsOf(method), (code) => catalogue[code].status)
  for (const [status, codes] of [...byStatus].sort(([a], [b]) => a - b)) {
    responses[status] = {
      description: codes.map((code) => `${code}: ${catalogue[code].title}`).join('\n'),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    }
  }
  return responses
}

/** A schema as JSON Schema, with its named parts moved among the document's components. */
function hoist(type: z.ZodType, schemas: Record<string, Schema>): Schema {
  const text = JSON.stringify(z.toJSONSchema(type, { io: 'input' })).replaceAll('"#/$defs/', '"#/components/schemas/')
  const { $schema: _, $defs, id, ...schema } = JSON.parse(text) as Schema
  for (const [name, definition] of Object.entries(($defs ?? {}) as Record<string, Schema>)) schemas[name] = without(definition)
  if (typeof id !== 'string') return schema
  schemas[id] = schema
  return { $ref: `#/components/schemas/${id}` }
}
const without = ({ id: _, ...schema }: Schema): Schema => schema

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const asText = (text: string) => text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? '')

/** The page's one style, exported so that its hash can be allowed. */
export const pageStyle =
  'body{font:16px/1.5 system-ui;max-width:70ch;margin:2rem auto;padding:0 1rem;color-scheme:light dark}' +
  'section{border-top:1px solid #8884;margin-top:1.5rem}'

/** The same for people: one page without scripts. */
export function openApiPage(methods: Readonly<Record<string, Method>>, version: string): string {
  const rows = Object.entries(methods).map(([name, method]) => {
    const { pathFields, rest } = addressOf(method)
    const fields = Object.entries(method.input.shape).map(([field, type]) => {
      const schema = z.toJSONSchema(type as z.ZodType, { io: 'input' }) as Schema
      const place = pathFields.includes(field) ? 'path' : rest
      const optional = (type as z.ZodType).safeParse(undefined).success ? ', optional' : ''
      return `<li><code>${field}</code> <small>(${place}${optional})</small> ${asText(String(schema.description ?? ''))}</li>`
    })
    const who =
      method.callers === 'session'
        ? `session${method.capability ? ` that may ${method.capability}` : ''}`
        : method.callers === 'local'
          ? 'the node’s own user, by the local socket'
          : 'anyone'
    return (
      `<section id="${name}"><h2>${name}</h2><p><code>${asText(method.http)}</code> · ${who}</p><p>${asText(method.summary)}</p>` +
      `${fields.length > 0 ? `<ul>${fields.join('')}</ul>` : ''}<p><small>${method.errors.join(', ')}</small></p></section>`
    )
  })
  return (
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<title>VIVIM Node ${asText(version)}: interface</title>` +
    `<style>${pageStyle}</style>` +
    `<h1>VIVIM Node ${asText(version)}</h1><p>For programs: <a href="/api/v1/openapi.json">openapi.json</a>. ` +
    'A session’s token is sent as <code>Authorization: Bearer …</code>.</p>' +
    `${rows.join('')}</html>`
  )
}
