/** What the formats' detection shares: names and the first bytes of files, each file's read once. */
import type { ExportFile, ExportSource } from './format.ts'

/** How much of a file is read to tell its format. */
const headBytes = 64 * 1024

/** The last part of a file's path. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
/** The path up to and including the last slash, or the empty string. */
export const dirName = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1)

/** The heads read last: every format looks at the same few files, but an export may hold thousands. */
const heads = new Map<ExportFile, Promise<string>>()
const keptHeads = 32
const decoder = new TextDecoder()

/** The first 64 KiB of a file as text; those of the files looked at last are kept. Or `bytes` of it, read anew. */
export function headText(file: ExportFile, bytes = headBytes): Promise<string> {
  if (bytes !== headBytes) return readHead(file, bytes)
  let head = heads.get(file)
  if (head === undefined) {
    head = readHead(file, bytes)
    heads.set(file, head)
    for (const oldest of heads.keys()) {
      if (heads.size <= keptHeads) break
      heads.delete(oldest)
    }
  }
  return head
}

const readHead = async (file: ExportFile, bytes: number) => decoder.decode(await file.head(bytes))

/** The files that may hold JSON: by their name, or the one file that was given, whatever its name. */
export const jsonFiles = (source: ExportSource): readonly ExportFile[] =>
  source.files.length === 1 ? source.files : source.files.filter(({ path }) => /\.json$/i.test(path))

/** The files whose beginning passes `test`, in the given order. */
export async function filesByHead(files: readonly ExportFile[], test: (head: string) => boolean): Promise<ExportFile[]> {
  const found: ExportFile[] = []
  for (const file of files) if (test(await headText(file))) found.push(file)
  return found
}
