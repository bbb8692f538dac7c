/** The pass over everything that comes before anything is stored: what is broken is found while nothing is half done. */
import { type ImportFault, importReason } from '../../contract/import-reasons.ts'
import type { ExportFile, ExportSource } from '../formats/format.ts'
import { csvRows } from './csv.ts'
import { jsonOf } from './json.ts'
import { JsonScanner } from './json-scanner.ts'
import { levelLimit } from './limits.ts'
import { refuseBinary } from './lines.ts'
import { isAttachment } from './names.ts'
import { refuse } from './refuse.ts'
import { utf8Check } from './utf8.ts'

/** Small enough to be parsed at once, which a document of a single word or number needs. */
const smallDocument = 4096
/** How much of an HTML file's end is looked at. */
const tailBytes = 4096

/**
 * Reads every file to its end: archives are inflated and their checksums compared, JSON must be whole, text must be
 * text; attachments may hold anything. Elements of JSON are not judged here; one that is broken inside is reported when it is read, and stops nothing.
 * `onProgress` gets the bytes done and the bytes in all, after every piece of some hundred KiB.
 * Answers the unpacked bytes, and what a person should know of text that is not UTF-8 throughout. Fails with `import-damaged`, `import-empty`, `import-bomb`, each naming the place, or `cancelled`.
 */
export async function checkWhole(
  source: ExportSource,
  signal?: AbortSignal,
  onProgress?: (done: number, total: number) => void,
): Promise<{ bytes: number; warnings: ImportFault[] }> {
  const total = source.files.reduce((sum, file) => sum + file.size, 0)
  let bytes = 0
  const alone = source.files.length === 1
  const warnings: ImportFault[] = []
  for (const file of source.files) {
    let text = utf8Check()
    const counted: ExportFile = {
      ...file,
      stream: async function* (asked) {
        text = utf8Check()
        for await (const piece of file.stream(asked)) {
          text.push(piece)
          yield piece
          bytes += piece.length
          onProgress?.(bytes, total)
        }
      },
    }
    await checkFile(counted, alone, signal)
    const wrong = isText(file.path) ? text.wrong() : undefined
    if (wrong !== undefined) warnings.push({ ref: file.path, reason: importReason('not-utf8-throughout', { byte: wrong }) })
  }
  return { bytes, warnings }
}

const endingOf = (path: string): string => /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''
const isText = (path: string): boolean => !isAttachment(path) && (endingOf(path) === 'json' || knownText.has(endingOf(path)))

async function checkFile(file: ExportFile, alone: boolean, signal?: AbortSignal): Promise<void> {
  const ending = endingOf(file.path)
  if (file.size === 0 && !alone) return
  if (isAttachment(file.path)) await checkBytes(file, '', false, signal)
  else if (ending === 'json' || (alone && !knownText.has(ending) && (await beginsLikeJson(file)))) await checkJson(file, signal)
  else if (alone && ending === 'csv') for await (const _row of csvRows(file, signal ? { signal } : {}));
  else await checkBytes(file, ending, alone, signal)
}

const knownText = new Set(['jsonl', 'ndjson', 'csv', 'html', 'htm', 'md', 'txt'])

async function beginsLikeJson(file: ExportFile): Promise<boolean> {
  return /^\ufeff?\s*[[{]/.test(Buffer.from(await file.head(64)).toString())
}

/** Several documents one after the other pass: some programs write lines of JSON under this ending. */
async function checkJson(file: ExportFile, signal?: AbortSignal): Promise<void> {
  if (file.size <= smallDocument && jsonOf(await file.bytes(smallDocument, signal)) !== undefined) {
    for await (const _piece of file.stream(signal));
    return
  }
  const scanner = new JsonScanner(file.path, { limit: 0, levels: levelLimit, many: true })
  for await (const piece of file.stream(signal)) {
    for (const _found of scanner.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)));
  }
  scanner.finish()
}

async function checkBytes(file: ExportFile, ending: string, alone: boolean, signal?: AbortSignal): Promise<void> {
  let first = true
  let tail = ''
  for await (const piece of file.stream(signal)) {
    if (first && knownText.has(ending)) refuseBinary(file.path, piece)
    first = false
    if (alone && ending.startsWith('htm'))
      tail = (tail + Buffer.from(piece.subarray(-tailBytes)).toString('latin1')).slice(-tailBytes)
  }
  // An archive's checksum says that a page in it is whole; of one that stands alone only its end can.
  if (alone && ending.startsWith('htm') && file.size > tailBytes && !/<\/html\s*>/i.test(tail)) {
    throw refuse('import-damaged', file.path, importReason('breaks-off', { byte: file.size }))
  }
}
