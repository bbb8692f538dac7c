/** The OpenAPI 3.1 document, made from the list of methods. */
import { z } from 'zod'
import { catalogue, type ErrorCode } from './errors.ts'
import { addressOf, type Method } from './method.ts'
import { type OpenRoute, openRoutes } from './open-routes.ts'

type Schema = Record<string, unknown>
/** What any method's address may answer; another verb on it is the only way to `method-not-allowed`. */
const always: readonly ErrorCode[] = [
  'bad-request',
  'method-not-allowed',
  'foreign-host',
  'foreign-origin',
  'too-many-requests',
  'internal',
  'unavailable',
]
const guarded: readonly ErrorCode[] = ['unauthenticated', 'forbidden']
const bodied: readonly ErrorCode[] = ['too-large', 'unsupported-media-type']

/** Every code that a method may answer with. */
export const errorsOf = (method: Method): ErrorCode[] => [
  ...new Set([...always, ...(method.callers === 'open' ? [] : guarded), ...(takesBody(method) ? bodied : []), ...method.errors]),
]

const takesBody = (method: Method): boolean =>
  method.kind === 'upload' || method.kind === 'files' || addressOf(method).rest === 'body'

/** The document; `version` is the product's. Local methods are listed and marked `x-local`. */
export function openApi(methods: Readonly<Record<string, Method>>, version: string) {
  const schemas: Record<string, Schema> = { Problem: problemSchema }
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [name, method] of Object.entries(methods)) {
    const { verb, path } = addressOf(method)
    paths[path] = { ...paths[path], [verb.toLowerCase()]: operation(name, method, schemas) }
  }
  for (const [name, route] of Object.entries(openRoutes)) paths[route.path] = { get: openOperation(name, route) }
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
    components: {
      securitySchemes: {
        session: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        metricsToken: { type: 'http', scheme: 'bearer', description: 'The setting metricsToken of the node.' },
      },
      schemas,
    },
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
  return {
    requestBody: {
      required: needed.length > 0,
      content: { 'application/json': { schema }, ...(method.cbor ? { 'application/cbor': { schema } } : {}) },
    },
  }
}

function responsesOf(method: Method, schemas: Record<string, Schema>): Schema {
  const binary = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }
  const content =
    method.kind === 'download'
      ? binary
      : { [method.kind === 'events' ? 'text/event-stream' : 'application/json']: { schema: hoist(method.output, schemas) } }
  const responses: Schema = { 200: { description: 'Done.', content } }
  if (method.kind === 'download') responses[206] = { description: 'The range that was asked for.', content: binary }
  return { ...responses, ...problemsOf(errorsOf(method)) }
}

/** Problem documents by their status. */
function problemsOf(errors: readonly ErrorCode[]): Schema {
  const byStatus = [...Map.groupBy(errors, (code) => catalogue[code].status)].sort(([a], [b]) => a - b)
  return Object.fromEntries(
    byStatus.map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `${code}: ${catalogue[code].title}`).join('\n'),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  )
}

const openOperation = (name: string, { path, query = {}, summary, readers, mediaType, example, errors }: OpenRoute): Schema => ({
  operationId: name,
  summary,
  ...(readers ? { description: readers } : {}),
  tags: ['open'],
  ...(path.includes('{did}') ? { parameters: [{ name: 'did', in: 'path', required: true, schema: { type: 'string' } }] } : {}),
  ...(Object.keys(query).length > 0
    ? {
        parameters: Object.entries(query).map(([field, description]) => ({
          name: field,
          in: 'query',
          description,
          required: true,
          schema: { type: 'string' },
        })),
      }
    : {}),
  security: readers ? [{}, { metricsToken: [] }] : [],
  responses: {
    200: { description: 'Done.', content: { [mediaType]: { ...(example ? { example } : {}) } } },
    ...problemsOf(['foreign-host', 'foreign-origin', ...errors]),
  },
})

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
