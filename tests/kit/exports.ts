/** Synthetic exports for the import formats' tests: made by `make-export.mjs`, or put together from a test's own files. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Conversation } from '../../node-core/contract/content.ts'
import { wordsOf } from '../../node-core/contract/import-reasons.ts'
import type { ExportFile, ExportSource, Format, FormatContext } from '../../node-core/imports/formats/format.ts'
import { memoryAccess } from '../../node-core/imports/reading/access.ts'
import { memoryFile } from '../../node-core/imports/reading/export-file.ts'
import { looksZipped, openZip } from '../../node-core/imports/reading/zip.ts'
import { countConversation } from '../../node-core/imports/rules.ts'

/** What the generator says that a lossless import counts. */
export interface Truth {
  format: string
  conversations?: number
  messages: number
  branchMessages: number
  hiddenMessages: number
  images: number
  unreadableConversations: number
  renamed?: number
}

const generator = fileURLToPath(new URL('make-export.mjs', import.meta.url))

/** Writes an export with the generator and opens it; equal arguments give equal bytes. */
export async function makeExport(
  format: string,
  options: { seed: number; conversations?: number; revise?: boolean },
): Promise<{ source: ExportSource; truth: Truth }> {
  const folder = mkdtempSync(join(tmpdir(), 'vivim-export-'))
  try {
    const out = join(folder, 'export')
    const { seed, conversations = 12, revise = false } = options
    const run = spawnSync(process.execPath, [
      generator,
      '--format',
      format,
      '--conversations',
      String(conversations),
      '--seed',
      String(seed),
      '--out',
      out,
      ...(revise ? ['--revise'] : []),
    ])
    if (run.status !== 0) throw new Error(run.stderr.toString())
    const truth: Truth = JSON.parse(readFileSync(`${out}.truth.json`, 'utf8'))
    return { source: { name: 'export', files: await openPath(out, '') }, truth }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What stands at a path, as files: archives are opened, those inside archives too. */
export async function openPath(path: string, name: string): Promise<ExportFile[]> {
  if (!statSync(path).isDirectory()) return await openFile(name || 'export', readFileSync(path))
  const inside: ExportFile[] = []
  for (const entry of readdirSync(path).sort())
    inside.push(...(await openPath(join(path, entry), name ? `${name}/${entry}` : entry)))
  return inside
}

async function openFile(name: string, bytes: Uint8Array): Promise<ExportFile[]> {
  if (!looksZipped(bytes)) return [memoryFile(name, bytes)]
  const files: ExportFile[] = []
  for (const entry of await openZip(memoryAccess(bytes), name)) {
    if (!entry.path.endsWith('.zip')) files.push(entry)
    else
      for (const inner of await openFile(entry.path, await entry.bytes(2 ** 30)))
        files.push(memoryFile(`${entry.path}!/${inner.path}`, await inner.bytes(2 ** 30)))
  }
  return files
}

/** A source of a test's own files: strings and bytes as they are, anything else as JSON. */
export const sourceOf = (files: Record<string, unknown>, name = 'export'): ExportSource => ({
  name,
  files: Object.entries(files).map(([path, content]) =>
    memoryFile(path, typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content)),
  ),
})

export interface ReadExport {
  /** Conversations of the talk; what a format marks with `extra.kind` stands in `documents`. */
  conversations: Conversation[]
  documents: Conversation[]
  unreadable: { ref: string; reason: string }[]
  /** Paths of the files that were attached, in order. */
  attached: string[]
}

/** Everything that a format finds in a source. */
export async function readAll(format: Format, source: ExportSource, signal = new AbortController().signal): Promise<ReadExport> {
  const read: ReadExport = { conversations: [], documents: [], unreadable: [], attached: [] }
  const context: FormatContext = {
    signal,
    attach: async ({ path }) => {
      read.attached.push(path)
      return `blob-of-${path}`
    },
  }
  for await (const found of format.read(source, context)) {
    if (found.type === 'unreadable') read.unreadable.push({ ref: found.ref, reason: wordsOf(found.reason) })
    else if (found.type !== 'conversation') continue
    else if (found.conversation.extra?.['kind'] === undefined) read.conversations.push(found.conversation)
    else read.documents.push(found.conversation)
  }
  return read
}

/** The report's numbers in the truth files' words. */
export function countAll({ conversations, unreadable }: ReadExport) {
  const counts = {
    conversations: conversations.length,
    messages: 0,
    branchMessages: 0,
    hiddenMessages: 0,
    unknownTypes: 0,
    stored: 0,
    missing: 0,
    unreadableConversations: unreadable.length,
  }
  for (const conversation of conversations) {
    const each = countConversation(conversation)
    counts.messages += each.messages
    counts.branchMessages += each.branches
    counts.hiddenMessages += each.hidden
    counts.unknownTypes += each.unknownTypes
    counts.stored += each.attachments.stored
    counts.missing += each.attachments.missing
  }
  return counts
}
