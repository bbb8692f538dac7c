/** What a person gives to import, opened as the files of one export. */

import { basename } from 'node:path'
import { importReason } from '../../contract/import-reasons.ts'
import type { ExportFile, ExportSource } from '../formats/format.ts'
import type { RandomAccess } from './access.ts'
import { throwIfCancelled } from './access.ts'
import type { Opening } from './archive.ts'
import { openArchive, prefixed } from './archive.ts'
import { plainFile } from './export-file.ts'
import type { SourceLimits } from './limits.ts'
import { Budget, defaultLimits } from './limits.ts'
import { filesWithin, folderFiles } from './local.ts'
import { baseName, partNames } from './names.ts'
import { refuse } from './refuse.ts'
import type { Spool } from './spool.ts'
import { looksZipped } from './zip.ts'

/** `name` is what the person calls the file. */
export type Input =
  | { kind: 'file'; name: string; access: RandomAccess }
  | { kind: 'folder'; path: string }
  /** Some files of a folder, by their paths in it; a single one may be an archive. */
  | { kind: 'files'; folder: string; paths: readonly string[] }

/**
 * Opens everything and lists it; nothing of the content is read but heads. A ZIP is known by its first bytes, whatever
 * its name. One archive's files stand at the root; several inputs, and archives in a folder, give their own name as
 * the first part of the path (`export.zip!/conversations.json`).
 * Takes over every `access` among the inputs, and closes them with the source or when it fails: `import-empty`, and
 * what {@link openArchive} and {@link folderFiles} fail with, `cancelled`.
 */
export async function openSource(
  inputs: readonly Input[],
  spool: Spool,
  limits: SourceLimits = defaultLimits,
  signal?: AbortSignal,
): Promise<ExportSource & AsyncDisposable> {
  const closing = new Set<RandomAccess>()
  for (const input of inputs) if (input.kind === 'file') closing.add(input.access)
  const close = async (): Promise<void> => {
    const all = [...closing].reverse()
    closing.clear()
    await Promise.all(all.map((access) => access.close()))
  }
  const opening: Opening = {
    budget: new Budget(limits),
    spool,
    close: (access) => closing.add(access),
    ...(signal && { signal }),
  }
  try {
    const files = await openAll(inputs, opening)
    throwIfCancelled(signal)
    const name = nameOf(inputs)
    if (files.every((file) => file.size === 0)) throw refuse('import-empty', name, importReason('empty'))
    refuseTwins(files)
    return { files, name, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

async function openAll(inputs: readonly Input[], opening: Opening): Promise<ExportFile[]> {
  const files: ExportFile[] = []
  const names = new Set<string>()
  for (const input of inputs) {
    throwIfCancelled(opening.signal)
    if (input.kind === 'files') {
      files.push(...(await openFiles(input.folder, input.paths, opening)))
      continue
    }
    const own = input.kind === 'file' ? baseName(input.name.replaceAll('\\', '/')) || 'file' : basename(input.path) || 'folder'
    const name = unused(names, own)
    const alone = inputs.length === 1
    if (input.kind === 'folder') files.push(...prefixed(alone ? '' : `${name}/`, await openFolder(input.path, opening)))
    else files.push(...(await openFile(name, input.access, alone, opening)))
  }
  return files
}

async function openFile(name: string, access: RandomAccess, alone: boolean, opening: Opening): Promise<ExportFile[]> {
  if (access.size === 0) throw refuse('import-empty', name, importReason('empty'))
  const head = await access.read(0, 8)
  if (looksZipped(head)) return prefixed(alone ? '' : `${name}!/`, await openArchive(access, name, opening))
  const other = otherArchive(head)
  if (other) throw refuse('import-unknown-format', name, importReason('packed-with', { program: other }))
  if (/\.zip$/i.test(name)) throw refuse('import-damaged', name, importReason('no-zip-head'))
  opening.budget.take(name, access.size)
  return [plainFile(name, access)]
}

async function openFiles(folder: string, paths: readonly string[], opening: Opening): Promise<ExportFile[]> {
  const listed = await filesWithin(folder, paths, opening.budget)
  const [only] = listed
  if (!only || listed.length > 1) return listed.map(({ file }) => file)
  const access = await only.access()
  opening.close(access)
  return await openFile(baseName(only.file.path), access, true, opening)
}

async function openFolder(path: string, opening: Opening): Promise<ExportFile[]> {
  const listed = await folderFiles(path, opening.budget)
  const parts = partNames(listed.map(({ file }) => file.path))
  const files: ExportFile[] = []
  for (const { file, access } of listed) {
    // At the folder's root stand archives as they were downloaded, but also what ChatGPT calls `file-…`: attachments.
    const part = parts.has(file.path) || /^(?!file[-_])[^/]*\.zip$/i.test(file.path)
    if (part && looksZipped(await file.head(4))) {
      const archive = await access()
      opening.close(archive)
      files.push(...prefixed(`${file.path}!/`, await openArchive(archive, file.path, opening)))
    } else files.push(file)
  }
  return files
}

const nameOf = (inputs: readonly Input[]): string => {
  const [first] = inputs
  const name = first === undefined ? 'nothing' : nameOfOne(first)
  return inputs.length > 1 ? `${name} and ${inputs.length - 1} more` : name
}

const nameOfOne = (input: Input): string =>
  input.kind === 'file' ? input.name : basename(input.kind === 'folder' ? input.path : input.folder)

/** `name`, or `name (2)` and so on where an earlier input has it. */
function unused(names: Set<string>, name: string): string {
  let free = name
  for (let count = 2; names.has(free); count++) free = `${name} (${count})`
  names.add(free)
  return free
}

/** A file inside an archive could carry a name that another gets by the joining with `!/`. */
function refuseTwins(files: readonly ExportFile[]): void {
  const seen = new Set<string>()
  for (const { path } of files) {
    if (seen.has(path)) throw refuse('import-unsafe-name', path, importReason('twice'))
    seen.add(path)
  }
}

/** Archives that people have and that are not read. */
function otherArchive(head: Uint8Array): string | undefined {
  const starts = (...bytes: number[]): boolean => bytes.every((byte, index) => head[index] === byte)
  if (starts(0x1f, 0x8b)) return 'gzip'
  if (starts(0x37, 0x7a, 0xbc, 0xaf)) return '7-Zip'
  if (starts(0x52, 0x61, 0x72, 0x21)) return 'RAR'
  if (starts(0xfd, 0x37, 0x7a, 0x58)) return 'xz'
  if (starts(0x28, 0xb5, 0x2f, 0xfd)) return 'zstd'
  return undefined
}
