/**
 * This product's own export (`contract/export.ts`): conversations keep the source and key that they had, files are
 * attached again, and what the person had said of a conversation comes right behind it.
 */

import type { Conversation, Json } from '../../contract/content.ts'
import { isVivimError } from '../../contract/errors.ts'
import {
  type ExportManifest,
  exportedConversation,
  exportedPersonal,
  exportManifest,
  exportVersion,
  manifestName,
} from '../../contract/export.ts'
import { type ImportReason, importReason } from '../../contract/import-reasons.ts'
import { notJson } from '../reading/json.ts'
import { refuse } from '../reading/refuse.ts'
import { decode } from '../reading/text.ts'
import { firstNotUtf8, notUtf8 } from '../reading/utf8.ts'
import { baseName, dirName, headText } from './detect.ts'
import { refOf } from './fields.ts'
import type { ExportFile, ExportSource, Format, FormatContext, Found } from './format.ts'

/** A conversation's JSON is read whole; so large are none that an importer has taken. */
const largest = 256 * 1024 * 1024
const marked = /^\s*\{\s*"format"\s*:\s*"vivim-export"/

export const vivim: Format = {
  source: 'vivim',
  name: 'vivim',
  detect: async (source) => ((await manifestsIn(source)).length > 0 ? 1 : 0),

  async *read(source, context) {
    for (const manifest of await manifestsIn(source)) {
      yield* readExport(dirName(manifest.path), await readManifest(manifest), source, context)
    }
  },
}

async function manifestsIn(source: ExportSource): Promise<ExportFile[]> {
  const found: ExportFile[] = []
  for (const file of source.files) {
    if (baseName(file.path) === manifestName && marked.test(await headText(file))) found.push(file)
  }
  return found
}

/** Errors: `import-damaged`, `import-unknown-format` for one of a later version. */
async function readManifest(file: ExportFile): Promise<ExportManifest> {
  const parsed = exportManifest.safeParse(parse(await file.bytes(largest)).value)
  if (!parsed.success) throw refuse('import-damaged', file.path, importReason('no-manifest'))
  if (parsed.data.version > exportVersion)
    throw refuse('import-unknown-format', file.path, importReason('newer-version', { version: parsed.data.version }))
  return parsed.data
}

/** Reads the export whose files stand under `root`. */
async function* readExport(
  root: string,
  manifest: ExportManifest,
  source: ExportSource,
  context: FormatContext,
): AsyncIterable<Found> {
  const broken = new Set(manifest.incomplete.map(({ path }) => root + path))
  const talks: ExportFile[] = []
  const blobs = new Map<string, ExportFile>()
  const personal = new Map<string, ExportFile>()
  for (const file of source.files) {
    if (!file.path.startsWith(root)) continue
    const [folder, name, deeper] = file.path.slice(root.length).split('/')
    if (name === undefined || deeper !== undefined) continue
    if (folder === 'blobs' && !broken.has(file.path)) blobs.set(name.replace(/\..*$/, ''), file)
    else if (folder === 'personal') personal.set(name, file)
    else if ((folder === 'conversations' || folder === 'documents') && name.endsWith('.json')) talks.push(file)
  }
  const attached = attacher(blobs, context)
  for (const [index, file] of talks.entries()) {
    context.signal.throwIfAborted()
    const name = baseName(file.path)
    const own = personal.get(name)
    personal.delete(name)
    const read = await readJson(file, exportedConversation, context)
    if ('reason' in read) {
      yield { type: 'unreadable', ref: file.path, reason: read.reason }
      continue
    }
    const conversation: Conversation = read.value
    await attachAll(conversation, attached)
    yield { type: 'conversation', ref: refOf(file.path, index, conversation.title), conversation }
    if (own) yield await readPersonal(own, context)
  }
  // notes on their own, and what belongs to conversations that were taken out of the archive
  for (const file of personal.values()) yield await readPersonal(file, context)
}

async function readPersonal(file: ExportFile, context: FormatContext): Promise<Found> {
  const read = await readJson(file, exportedPersonal, context)
  if ('reason' in read) return { type: 'unreadable', ref: file.path, reason: read.reason }
  return { type: 'personal', ref: file.path, personal: read.value }
}

/** Attaches a blob once, however many refer to it; undefined where the export does not hold it. */
type Attacher = (blob: string) => Promise<string | undefined>

function attacher(blobs: ReadonlyMap<string, ExportFile>, context: FormatContext): Attacher {
  const done = new Map<string, string>()
  return async (blob) => {
    const file = blobs.get(blob)
    if (!file) return undefined
    const id = done.get(blob) ?? (await context.attach(file))
    done.set(blob, id)
    return id
  }
}

async function attachAll(conversation: Conversation, attached: Attacher): Promise<void> {
  for (const { parts } of conversation.messages) {
    for (const part of parts) {
      if (part.type !== 'attachment' || part.blob === undefined) continue
      const id = await attached(part.blob)
      if (id === undefined) delete part.blob
      else part.blob = id
    }
  }
}

interface Schema<T> {
  safeParse(
    value: unknown,
  ): { success: true; data: T } | { success: false; error: { issues: readonly { path: readonly PropertyKey[] }[] } }
}

async function readJson<T>(
  file: ExportFile,
  schema: Schema<T>,
  context: FormatContext,
): Promise<{ value: T } | { reason: ImportReason }> {
  const json = await parseWhole(file, context)
  if (json.reason !== undefined) return { reason: json.reason }
  const parsed = schema.safeParse(json.value)
  if (parsed.success) return { value: parsed.data }
  const place = parsed.error.issues[0]?.path.map(String).join('.') || 'its beginning'
  return { reason: importReason('not-of-export', { place: place.slice(0, 100) }) }
}

/** One file that cannot be read costs no other. */
async function parseWhole(file: ExportFile, { signal }: FormatContext): Promise<ReturnType<typeof parse>> {
  try {
    return parse(await file.bytes(largest, signal))
  } catch (error) {
    if (isVivimError(error, 'import-damaged', 'import-too-large') && error.fault) return { reason: error.fault.reason }
    throw error
  }
}

function parse(bytes: Uint8Array): { value?: Json; reason?: ImportReason } {
  const wrong = firstNotUtf8(bytes)
  if (wrong !== undefined) return { reason: notUtf8(0, wrong) }
  try {
    const value: Json = JSON.parse(decode(bytes))
    return { value }
  } catch (error) {
    return { reason: notJson(error) }
  }
}
