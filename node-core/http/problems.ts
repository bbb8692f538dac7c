/** Every failure leaves as a problem document (RFC 9457); what is particular about it stays in the log. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type ErrorCode, isVivimError, toProblem, VivimError } from '../contract/errors.ts'

/** The part of a pino logger that the door uses. */
export interface Logger {
  info(facts: object, message: string): void
  error(facts: object, message: string): void
}

const byFrameworkCode: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_NOT_FOUND: 'not-found',
}

/** The catalogue's error for anything that was thrown. */
export function toVivimError(error: unknown): VivimError {
  if (isVivimError(error)) return error
  if (error instanceof Error) {
    const { code, statusCode } = error as Error & { code?: unknown; statusCode?: unknown }
    const known = typeof code === 'string' ? byFrameworkCode[code] : undefined
    if (known) return new VivimError(known, undefined, { cause: error })
    // The framework's own complaints about a request; a handler's errors have no status.
    if (typeof statusCode === 'number' && statusCode < 500 && typeof code === 'string' && code.startsWith('FST_')) {
      return new VivimError('bad-request', undefined, { cause: error })
    }
    if (error.name === 'AbortError') return new VivimError('cancelled', undefined, { cause: error })
  }
  return new VivimError('internal', undefined, { cause: error })
}

/** Sends the problem document; logs what went wrong inside. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, thrown: unknown, logger: Logger): void {
  const error = toVivimError(thrown)
  if (error.status >= 500) logger.error(faultOf(request.methodName, request.id, error), 'request failed')
  if (reply.raw.headersSent) {
    reply.raw.destroy()
    return
  }
  // What was said of an answer that did not come to be.
  for (const name of ['content-length', 'content-disposition', 'etag', 'accept-ranges']) reply.removeHeader(name)
  if (error.status === 401) reply.header('www-authenticate', 'Bearer')
  if (error.status === 429) reply.header('retry-after', '1')
  // A body that nobody read is not waited for.
  if (!request.raw.complete && announcesBody(request)) reply.header('connection', 'close')
  reply
    .code(error.status)
    .header('content-type', 'application/problem+json')
    .header('x-request-id', request.id)
    .send(Buffer.from(JSON.stringify(toProblem(error))))
}

const announcesBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'

/** For the log: where, never what. Messages of foreign errors may quote what a person wrote, so only their places are kept. */
export function faultOf(method: string, id: string, error: VivimError): object {
  const causes: { name: string; code?: string; at: string[] }[] = []
  let cause: unknown = error
  while (cause instanceof Error && causes.length < 5) {
    const code = 'code' in cause && typeof cause.code === 'string' ? { code: cause.code } : {}
    causes.push({ name: cause.name, ...code, at: placesOf(cause) })
    cause = cause.cause
  }
  return { method, request: id, code: error.code, causes }
}
const placesOf = (error: Error): string[] =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => /^ {4}at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim())
