/** Attachments by address: bytes that stand inside the JSON as base64, files of the export, or mere references. */
import { hash } from 'node:crypto'
import type { Attachment } from '../../contract/content.ts'
import { memoryFile } from '../reading/export-file.ts'
import { baseName } from './detect.ts'
import type { ExportFile, ExportSource, FormatContext } from './format.ts'
import { kindOf, mimeOf } from './mime.ts'

/** What is known of a file beside its address. */
export interface FileFacts {
  name?: string | undefined
  mime?: string | undefined
  kind?: Attachment['kind'] | undefined
  size?: number | undefined
  text?: string | undefined
}

/** Files of an export by their own names; of several with one name, the first. */
export type FilesByName = ReadonlyMap<string, ExportFile>

export function filesByName(source: ExportSource): FilesByName {
  const found = new Map<string, ExportFile>()
  for (const file of source.files) {
    const name = baseName(file.path)
    if (!found.has(name)) found.set(name, file)
  }
  return found
}

/** An attachment that stands at `pointer`; its bytes are stored when `file` holds them. */
export async function attachment(
  pointer: string,
  facts: FileFacts,
  file: ExportFile | undefined,
  context: FormatContext,
): Promise<Attachment> {
  const name = facts.name || baseName(pointer.replace(/[?#].*$/, '')) || 'file'
  const mime = mimeOf(facts.mime, name)
  const made: Attachment = { type: 'attachment', kind: facts.kind ?? kindOf(mime), name, mime, pointer }
  const size = file?.size ?? facts.size
  if (size !== undefined) made.size = size
  if (facts.text) made.text = facts.text
  if (file) made.blob = await context.attach(file)
  return made
}

/** An attachment whose bytes are given as base64 (in a data URL, or bare beside a media type). */
export async function embedded(base64: string, facts: FileFacts, context: FormatContext): Promise<Attachment> {
  const mime = facts.mime ?? 'application/octet-stream'
  const name = facts.name || `${kindOf(mime)}.${mime.slice(mime.indexOf('/') + 1).replace(/[+;].*$/, '')}`
  const bytes = Buffer.from(base64, 'base64')
  // the pointer must tell apart what a conversation holds, and say nothing of the place: bytes that move stay the same
  const pointer = `data:${mime};sha256=${hash('sha256', bytes, 'hex')}`
  return await attachment(pointer, { ...facts, name, mime }, memoryFile(name, bytes), context)
}

const dataUrl = /^data:([\w.+-]+\/[\w.+-]+)?(;[\w=.-]+)*,/

/** An attachment by its URL: a data URL's bytes are stored, any other is looked for among `files` by its name. */
export async function attachmentAt(
  url: string,
  facts: FileFacts,
  files: FilesByName,
  context: FormatContext,
): Promise<Attachment> {
  const match = dataUrl.exec(url.slice(0, 200))
  if (!match) return await attachment(url, facts, files.get(baseName(url)) ?? files.get(facts.name ?? ''), context)
  const mime = match[1] ?? facts.mime ?? 'text/plain'
  const data = url.slice(match[0].length)
  const base64 = match[0].includes(';base64') ? data : Buffer.from(unescaped(data)).toString('base64')
  return await embedded(base64, { ...facts, mime }, context)
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
