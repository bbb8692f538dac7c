/** A folder that comes in file by file: packed as one archive, which is then imported like any other. */
import { importReason } from '../contract/import-reasons.ts'
import type { UploadedFile } from '../contract/method.ts'
import { Budget, defaultLimits, type SourceLimits } from './reading/limits.ts'
import { isDotted, isLitter, safeName } from './reading/names.ts'
import { refuse, shown } from './reading/refuse.ts'

export interface FolderEntry {
  path: string
  /** Milliseconds since 1970. */
  time: number
  compress: boolean
  content: AsyncIterable<Uint8Array>
}
/** Makes a ZIP archive of entries as they come. */
export type Pack = (entries: AsyncIterable<FolderEntry>) => AsyncIterable<Uint8Array>

/**
 * The files worth packing: what a folder of this machine would leave out is left out here. The first folder of a path
 * is the one that was chosen, whatever its name. Errors: `import-unsafe-name`, `import-bomb` for too many,
 * `import-empty`.
 */
export async function* folderEntries(
  folder: string,
  files: AsyncIterable<UploadedFile>,
  limits: SourceLimits = defaultLimits,
): AsyncGenerator<FolderEntry, void, undefined> {
  const budget = new Budget(limits)
  const seen = new Set<string>()
  for await (const { name, bytes } of files) {
    budget.take(shown(folder), 0)
    const path = safeName(folder, name)
    const [first = '', ...inner] = path.split('/')
    if (path === '' || path.endsWith('/'))
      throw refuse('import-unsafe-name', { archive: folder, name }, importReason('names-no-file'))
    if (seen.has(path)) throw refuse('import-unsafe-name', { archive: folder, name: path }, importReason('twice'))
    seen.add(path)
    if (isLitter(path) || isDotted(inner.length > 0 ? [first] : [], inner.length > 0 ? inner : [first])) continue
    yield { path, time: 0, compress: false, content: bytes }
  }
  if (seen.size === 0) throw refuse('import-empty', folder, importReason('no-files'))
}
