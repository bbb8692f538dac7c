/** Files of a form as they come in: `multipart/form-data` after RFC 7578, with file names as browsers write them. */
import { VivimError } from '../contract/errors.ts'
import type { UploadedFile } from '../contract/method.ts'

/** Bytes of one part's header fields. */
const headLimit = 16 * 1024
const lineEnd = Buffer.from('\r\n')
const headEnd = Buffer.from('\r\n\r\n')

/** What parts the files, out of the media type; undefined where that is another one. */
export function boundaryOf(mediaType: string | undefined): string | undefined {
  const found = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))\s*(?:;|$)/i.exec(mediaType ?? '')
  return found?.[1] ?? found?.[2]
}

/**
 * The form's files in their order, never more than one piece of the body held. What of a file is not read is skipped
 * when the next one is asked for. Errors: `bad-request` for what is no form of files or breaks off, and the body's own.
 */
export async function* filesIn(body: AsyncIterable<Uint8Array>, boundary: string): AsyncGenerator<UploadedFile, void, undefined> {
  const pieces = body[Symbol.asyncIterator]()
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  // The first boundary stands at the very beginning: as if a line ended before it.
  let held: Buffer = lineEnd
  const more = async (): Promise<void> => {
    const { value, done } = await pieces.next()
    if (done) throw new VivimError('bad-request', 'The form breaks off.')
    held = held.length > 0 ? Buffer.concat([held, value]) : Buffer.from(value.buffer, value.byteOffset, value.length)
  }
  const take = (length: number): Buffer => {
    const taken = held.subarray(0, length)
    held = held.subarray(length)
    return taken
  }

  /** The bytes up to the next boundary, which stays held. */
  async function* content(): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const end = held.indexOf(delimiter)
      // what may be the beginning of a boundary waits for the rest
      const sure = end === -1 ? held.length - delimiter.length + 1 : end
      if (sure > 0) yield take(sure)
      if (end !== -1) return
      await more()
    }
  }

  for await (const _ of content()) throw new VivimError('bad-request', 'The form does not begin with its boundary.')
  for (;;) {
    take(delimiter.length)
    while (held.length < 2) await more()
    const mark = take(2).toString('latin1')
    if (mark === '--') break
    if (mark !== '\r\n') throw new VivimError('bad-request', 'The form’s boundary does not end its line.')
    while (held.indexOf(headEnd) === -1 && held.length <= headLimit) await more()
    const end = held.indexOf(headEnd)
    if (end === -1 || end > headLimit) throw new VivimError('bad-request', 'A part of the form has too long a head.')
    const name = nameIn(take(end).toString())
    take(headEnd.length)
    const bytes = content()
    yield { name, bytes }
    for await (const _ of rest(bytes)) {
      // nobody wanted it
    }
  }
  // What may follow the last boundary says nothing.
  for (let next = await pieces.next(); !next.done; next = await pieces.next());

  /** What is left of a file; a reader that stopped early has ended its generator. */
  async function* rest(bytes: AsyncGenerator<Uint8Array, void, undefined>): AsyncGenerator<Uint8Array, void, undefined> {
    yield* bytes
    yield* content()
  }
}

/** The file name that a part's head gives. Error: `bad-request` where it gives none. */
function nameIn(head: string): string {
  // by lines of HTTP: a name may hold what other texts break at
  const disposition = head.split('\r\n').find((line) => /^content-disposition:/i.test(line)) ?? ''
  const quoted = /;\s*filename="((?:\\"|[^"])*)"/i.exec(disposition)?.[1]
  if (quoted === undefined) throw new VivimError('bad-request', 'Every part of the form must be a file with a name.')
  // Browsers write these three so; other programs put a backslash before a quotation mark.
  return quoted.replaceAll('\\"', '"').replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n')
}
