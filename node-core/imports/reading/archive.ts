/** An archive with the archives inside it opened. */
import { importReason } from '../../contract/import-reasons.ts'
import type { ExportFile } from '../formats/format.ts'
import type { RandomAccess } from './access.ts'
import type { Budget } from './limits.ts'
import { partNames } from './names.ts'
import { refuse } from './refuse.ts'
import type { Spool } from './spool.ts'
import { looksZipped, openZip } from './zip.ts'

/** What opening a source shares among all its archives and folders. */
export interface Opening {
  readonly budget: Budget
  readonly spool: Spool
  /** What is to be closed with the source. */
  readonly close: (access: RandomAccess) => void
  readonly signal?: AbortSignal
}

/**
 * The files of the archive and of the parts inside it, whose names follow the part's own after `!/`. A part that is
 * stored as it is gets read where it stands, any other is unpacked to the spool. Fails as {@link openZip} does.
 */
export async function openArchive(access: RandomAccess, name: string, opening: Opening, level = 0): Promise<ExportFile[]> {
  const entries = await openZip(access, name, opening.budget)
  const parts = partNames(entries.map((entry) => entry.path))
  const files: ExportFile[] = []
  for (const entry of entries) {
    if (!parts.has(entry.path) || !looksZipped(await entry.head(4))) {
      files.push(entry)
      continue
    }
    const inner = `${name}!/${entry.path}`
    if (level >= opening.budget.limits.depth) throw refuse('import-bomb', inner, importReason('nested'))
    const unpacked = (await entry.inPlace()) ?? (await spooled(entry, opening))
    opening.close(unpacked)
    files.push(...prefixed(`${entry.path}!/`, await openArchive(unpacked, inner, opening, level + 1)))
  }
  return files
}

/** The same files under names that begin with `prefix`. */
export const prefixed = (prefix: string, files: readonly ExportFile[]): ExportFile[] =>
  files.map((file) => ({ ...file, path: prefix + file.path }))

async function spooled(file: ExportFile, opening: Opening): Promise<RandomAccess> {
  const writing = await opening.spool.create()
  try {
    for await (const piece of file.stream(opening.signal)) await writing.write(piece)
    return await writing.finish()
  } catch (error) {
    await writing.discard()
    throw error
  }
}
