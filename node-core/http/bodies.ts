/** Bodies that are streams of bytes: uploads in, downloads out. */
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { VivimError } from '../contract/errors.ts'
import type { Download, FilesBody, UploadBody } from '../contract/method.ts'
import { attachment, filePolicy } from './headers.ts'
import { boundaryOf, filesIn } from './multipart.ts'
import { rangeOf } from './ranges.ts'

/** The body of an upload, at most `limit` bytes; reading it may fail with `too-large` or `cancelled`. */
export function uploadOf(request: FastifyRequest, limit: number): UploadBody {
  const mediaType = request.headers['content-type']
  if (mediaType?.startsWith('multipart/')) throw new VivimError('unsupported-media-type', 'Send the file itself as the body.')
  const size = sizeOf(request, limit)
  return { bytes: bounded(request.raw, limit), size, mediaType }
}

/** The files of a form, together at most `limit` bytes; reading them may fail as {@link uploadOf} says, and with `bad-request`. */
export function filesOf(request: FastifyRequest, limit: number): FilesBody {
  const boundary = boundaryOf(request.headers['content-type'])
  if (boundary === undefined) throw new VivimError('unsupported-media-type', 'Send the files as multipart/form-data.')
  sizeOf(request, limit)
  return { files: filesIn(bounded(request.raw, limit), boundary) }
}

/** The body's bytes, where the caller said so. Errors: `unsupported-media-type` where it is packed, `too-large`. */
function sizeOf({ headers }: FastifyRequest, limit: number): number | undefined {
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') throw new VivimError('unsupported-media-type', 'Send it without a content encoding.')
  const length = headers['content-length']
  const size = length === undefined ? undefined : Number(length)
  if (size !== undefined && size > limit) throw new VivimError('too-large')
  return size
}

async function* bounded(body: Readable, limit: number): AsyncGenerator<Uint8Array, void, undefined> {
  let seen = 0
  try {
    // The stream is left open at the end: the answer still has to go out on its connection.
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      seen += (chunk as Uint8Array).length
      if (seen > limit) throw new VivimError('too-large')
      yield chunk as Uint8Array
    }
  } catch (cause) {
    if (cause instanceof VivimError) throw cause
    throw new VivimError('cancelled', 'The upload broke off.', { cause })
  }
}

/** Sends a download, or the range of it that was asked for. Whatever fails before the first byte is a proper problem. */
export async function sendDownload(
  request: FastifyRequest,
  reply: FastifyReply,
  download: Download,
  signal: AbortSignal,
): Promise<FastifyReply> {
  const { mediaType, size, filename, etag } = download
  const { range, 'if-range': ifRange, 'if-none-match': known } = request.headers
  reply.headers({ 'content-security-policy': filePolicy, 'content-disposition': attachment(filename) })
  if (etag !== undefined) reply.header('etag', `"${etag}"`)
  if (etag !== undefined && known === `"${etag}"`) return reply.code(304).send()
  reply.header('content-type', mediaType)
  if (size === undefined)
    return request.method === 'HEAD' ? reply.send() : reply.send(await flowing(download.open(undefined, signal)))
  reply.header('accept-ranges', 'bytes')
  const part = request.method === 'HEAD' ? undefined : wanted(reply, size, () => rangeOf(size, etag, range, single(ifRange)))
  if (part) reply.code(206).header('content-range', `bytes ${part.start}-${part.end - 1}/${size}`)
  reply.header('content-length', part ? part.end - part.start : size)
  if (request.method === 'HEAD') return reply.send()
  return reply.send(await flowing(download.open(part, signal)))
}

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value)

function wanted<T>(reply: FastifyReply, size: number, range: () => T): T {
  try {
    return range()
  } catch (error) {
    reply.header('content-range', `bytes */${size}`)
    throw error
  }
}

/** The stream of `bytes` once its first chunk is there. */
async function flowing(bytes: AsyncIterable<Uint8Array>): Promise<Readable> {
  const iterator = bytes[Symbol.asyncIterator]()
  const first = await iterator.next()
  async function* rest() {
    try {
      for (let next = first; !next.done; next = await iterator.next()) yield next.value
    } finally {
      await iterator.return?.()
    }
  }
  return Readable.from(rest(), { objectMode: false })
}
