/** A ZIP archive as it is made: one file at a time, never faster than it is read. */
import { type PassThrough, Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { VivimError } from '../contract/errors.ts'

export interface ArchiveEntry {
  path: string
  /** Milliseconds since 1970. */
  time: number
  /** False for what is packed already. */
  compress: boolean
  /** Bytes, about; where known. */
  size?: number
  content: AsyncIterable<Uint8Array>
}

/** ZIP keeps no earlier time. */
const EARLIEST = Date.UTC(1980, 0, 1)
/** From here on an entry is announced as one of Zip64. */
const LARGE = 0xf000_0000

/**
 * The archive of `entries`, which are asked for one by one as their bytes are taken. Fails with what they fail with,
 * and with `cancelled`; what was given until then is no whole archive.
 */
export async function* archiveOf(entries: AsyncIterable<ArchiveEntry>, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile()
  // the library types it by its older interface
  const output = zip.outputStream as PassThrough
  let ended = false
  let current: { reading?: Readable; done(): void } | undefined
  const stop = (reason: Error): void => {
    ended = true
    output.destroy(reason)
    current?.reading?.destroy()
    current?.done()
  }
  zip.on('error', stop)
  const onAbort = (): void => {
    stop(new VivimError('cancelled', undefined, { cause: signal?.reason }))
  }
  signal?.addEventListener('abort', onAbort, { once: true })
  if (signal?.aborted) onAbort()

  const writing = (async () => {
    try {
      for await (const entry of entries) {
        if (ended) return
        await new Promise<void>((resolve, reject) => {
          const own: NonNullable<typeof current> = { done: resolve }
          current = own
          // called when the entry before is written
          zip.addReadStreamLazy(entry.path, optionsOf(entry), (give) => {
            const reading = Readable.from(entry.content, { objectMode: false })
            own.reading = reading.once('error', reject).once('close', resolve)
            give(null, reading)
          })
        })
      }
      zip.end()
    } catch (error) {
      stop(error instanceof Error ? error : new VivimError('internal', undefined, { cause: error }))
    }
  })()
  try {
    for await (const piece of output) yield piece as Uint8Array
    await writing
  } finally {
    signal?.removeEventListener('abort', onAbort)
    stop(new VivimError('cancelled'))
    await writing
  }
}

const optionsOf = ({ time, compress, size }: ArchiveEntry) => ({
  mtime: new Date(Math.max(EARLIEST, time)),
  mode: 0o100644,
  compress,
  forceZip64Format: size !== undefined && size > LARGE,
})
