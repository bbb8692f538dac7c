/**
 * Finds the bytes of ChatGPT's attachments among an export's files. A pointer names a file id; the file itself is
 * called `file-id-name`, `file_id.dat`, `file-id-<uuid>.webp` in a folder, or, since 2026-07, something opaque that
 * `conversation_asset_file_names.json` or `library_files.json` ties to the id.
 */
import type { Attachment, Json } from '../../contract/content.ts'
import { jsonElements } from '../reading/json.ts'
import { baseName } from './detect.ts'
import { arr, obj } from './fields.ts'
import type { ExportFile, ExportSource, FormatContext } from './format.ts'
import { kindOf, mimeOfName, sniffMime, unknownMime } from './mime.ts'

const idPattern = /(?:lib)?file[-_][A-Za-z0-9]+/
const startsWithId = /^(?:lib)?file[-_][A-Za-z0-9]+/
const tableLimit = 64 * 1024 * 1024

export interface Assets {
  /** Fills in `blob`, and size and media type where they were not known. Leaves the reference alone otherwise. */
  resolve(attachment: Attachment): Promise<void>
}

/** The id inside a pointer: `sediment://file_1`, `file-service://file-2`, `sediment://hash#file_3#p_0.jpg`. */
export function idOfPointer(pointer: string): string {
  const inside = pointer.replace(/^[a-z-]+:\/\//, '')
  return idPattern.exec(inside)?.[0] ?? inside
}

export async function assetsOf(source: ExportSource, context: FormatContext): Promise<Assets> {
  const byId = new Map<string, ExportFile>()
  const byName = new Map<string, ExportFile>()
  for (const file of source.files) {
    const name = baseName(file.path)
    if (!byName.has(name)) byName.set(name, file)
    const id = startsWithId.exec(name)?.[0] ?? (name.endsWith('.dat') ? name.slice(0, -4) : undefined)
    if (id !== undefined && !byId.has(id)) byId.set(id, file)
  }
  for (const file of source.files) {
    const name = baseName(file.path)
    if (file.size > tableLimit) continue
    if (/^conversation_asset_file_names.*\.json$/i.test(name)) await readNames(file, context.signal, byId, byName)
    else if (/^library_files.*\.json$/i.test(name)) await readLibrary(file, context.signal, byId, byName)
  }

  const blobs = new Map<ExportFile, Promise<string>>()
  const blobOf = (file: ExportFile) => {
    const before = blobs.get(file)
    if (before !== undefined) return before
    const blob = context.attach(file)
    blobs.set(file, blob)
    return blob
  }

  return {
    async resolve(attachment) {
      const id = idOfPointer(attachment.pointer)
      const file = byId.get(id) ?? byId.get(id.replace(/^file[-_]/, '')) ?? byName.get(id)
      if (file === undefined) return
      attachment.blob = await blobOf(file)
      attachment.size ??= file.size
      if (attachment.mime !== unknownMime) return
      const mime = mimeOfName(attachment.name) ?? mimeOfName(file.path) ?? sniffMime(await file.head(16))
      if (mime === undefined) return
      attachment.mime = mime
      if (attachment.kind === 'file') attachment.kind = kindOf(mime)
    },
  }
}

/** A table from file names to what people called them; either side may be, or hold, the id. */
async function readNames(file: ExportFile, signal: AbortSignal, byId: Map<string, ExportFile>, byName: Map<string, ExportFile>) {
  for await (const element of jsonElements(file, { signal })) {
    if ('error' in element) continue
    for (const [left, right] of Object.entries(obj(element.value) ?? {})) tie([left, ...strings(right)], byId, byName)
  }
}

/** A list of records, each of which names a file's ids and, somewhere, the file. */
async function readLibrary(
  file: ExportFile,
  signal: AbortSignal,
  byId: Map<string, ExportFile>,
  byName: Map<string, ExportFile>,
) {
  for await (const element of jsonElements(file, { signal })) {
    if ('error' in element) continue
    const record = obj(element.value)
    // Either records, or one object of records by id.
    const nested = record && Object.values(record).every((value) => obj(value) !== undefined)
    if (nested) for (const [id, value] of Object.entries(record)) tie([id, ...strings(value)], byId, byName)
    else tie(strings(element.value), byId, byName)
  }
}

/** All ids among `words` mean the file that one of them names. */
function tie(words: readonly string[], byId: Map<string, ExportFile>, byName: Map<string, ExportFile>) {
  const ids = words.flatMap((word) => startsWithId.exec(baseName(word))?.[0] ?? [])
  let file: ExportFile | undefined
  for (const word of words) file ??= byName.get(baseName(word)) ?? byName.get(`${baseName(word)}.dat`)
  for (const id of ids) file ??= byId.get(id)
  if (file === undefined) return
  for (const id of ids) if (!byId.has(id)) byId.set(id, file)
}

function strings(value: Json, depth = 0): string[] {
  if (typeof value === 'string') return [value]
  if (depth > 3) return []
  return (arr(value) ?? Object.values(obj(value) ?? {})).flatMap((inner) => strings(inner, depth + 1))
}
