/** Bodies and answers in CBOR beside JSON, for methods that carry bytes. */
import { decode, encode } from '@ipld/dag-cbor'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { VivimError } from '../contract/errors.ts'
import type { Answer } from '../dispatch.ts'
import { commonHeaders } from './headers.ts'

const mediaType = 'application/cbor'
/** Bytes of a body: the largest event fits (1,000 parts of 256 KiB), in CBOR. */
export const largeBody = 272 * 1024 * 1024

/** Takes CBOR at the routes of `app`. */
export function cborBodies(app: FastifyInstance): void {
  app.addContentTypeParser(mediaType, { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, decode(body as Buffer))
    } catch {
      done(new VivimError('bad-request', 'The body is not DAG-CBOR.'))
    }
  })
}

/** Whether a request came in CBOR, and wants its answer so. */
export const isCbor = ({ headers }: FastifyRequest): boolean => headers['content-type']?.split(';')[0]?.trim() === mediaType

export function sendCbor(reply: FastifyReply, answer: Answer): FastifyReply {
  const body = encode(answer)
  const { raw } = reply.hijack()
  raw.writeHead(200, { ...commonHeaders, 'content-type': mediaType, 'content-length': body.length }).end(body)
  return reply
}

/** JSON with bytes in base64url. */
export const toJson = (answer: Answer): string =>
  JSON.stringify(answer, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64url') : value,
  )
