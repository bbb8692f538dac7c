/** The files of an export, one after the other, each made as it is read. */
import type { Attachment } from '../contract/content.ts'
import {
  type ExportedPersonal,
  type ExportManifest,
  exportFormat,
  exportVersion,
  manifestName,
  notesName,
} from '../contract/export.ts'
import type { BlobId } from '../contract/ids.ts'
import type { Blobs } from '../ports/blobs.ts'
import type { ArchiveEntry } from './export-archive.ts'
import { blobPathOf, fileNameOf, isPacked } from './export-names.ts'
import { fieldsOf, type MessageReader, messageReader, notesAlone, personalOf, readable } from './export-read.ts'
import { markdownOf } from './markdown-export.ts'
import type { AccountRef, Library, ShownTree } from './read.ts'

export interface ExportParts {
  library: Library
  blobs: Blobs
  account: AccountRef
  /** Local numbers of the conversations and documents, in the order of the export. */
  chosen: readonly number[]
  /** Whether notes that hang on nothing belong to it. */
  withNotes: boolean
  /** Milliseconds since 1970. */
  now: number
}

/** A file above this is stored as it is: packing much of the same further than an importer takes for honest helps nobody. */
const LARGE = 32 * 1024 * 1024

export async function* exportFiles(parts: ExportParts): AsyncGenerator<ArchiveEntry> {
  const { library, account, chosen, now } = parts
  const manifest: ExportManifest = {
    format: exportFormat,
    version: exportVersion,
    exported: now,
    account: account.did,
    counts: { conversations: 0, documents: 0, messages: 0, notes: 0, blobs: 0 },
    incomplete: [],
  }
  const files = blobFiles(parts, manifest)
  yield { path: 'README.md', time: 0, compress: true, content: once(readme) }
  for (const local of chosen) {
    const shown = await library.at(account, local)
    // deleted since the export began, or damaged
    const tree = shown && (await readable(library.tree(shown)))
    if (tree) yield* conversationFiles(parts, tree, manifest, files)
    else if (shown)
      manifest.incomplete.push({
        path: fileNameOf(shown.id, shown.head.title, shown.row.created || null),
        what: 'its tree is damaged',
      })
  }
  const notes = parts.withNotes ? await notesAlone(library, account) : []
  manifest.counts.notes += notes.length
  if (notes.length > 0) yield personalFile(notesName, notes.at(-1)?.updated ?? 0, { tags: [], notes })
  // comes last: only now is it known what could not be read
  yield { path: manifestName, time: now, compress: true, content: once(`${JSON.stringify(manifest, undefined, 2)}\n`) }
}

async function* conversationFiles(
  parts: ExportParts,
  tree: ShownTree,
  manifest: ExportManifest,
  files: BlobFiles,
): AsyncGenerator<ArchiveEntry> {
  const { row, head, id } = tree
  const folder = row.document ? 'documents' : 'conversations'
  const name = fileNameOf(id, head.title, row.created || row.updated || null)
  const path = `${folder}/${name}`
  const time = row.updated || row.created
  const messages = messageReader(parts.library, tree)
  const personal = await readable(personalOf(parts.library, tree, messages))

  yield { path: `${path}.json`, time, compress: true, content: pieces(jsonOf(parts.library, tree, messages, files)) }
  yield {
    path: `${path}.md`,
    time,
    compress: true,
    content: readableText(markdownOf({ tree, messages, personal, fileOf: files.pathOf })),
  }
  if (personal) yield personalFile(name, time, personal)
  yield* files.fresh(time)

  manifest.counts[folder]++
  manifest.counts.messages += tree.entries.length - messages.lost
  manifest.counts.notes += personal?.notes.length ?? 0
  if (messages.lost > 0) manifest.incomplete.push({ path: `${path}.json`, what: `${messages.lost} messages are damaged or gone` })
}

const personalFile = (name: string, time: number, personal: ExportedPersonal): ArchiveEntry => ({
  path: `personal/${name}.json`,
  time,
  compress: true,
  content: once(`${JSON.stringify(personal, undefined, 1)}\n`),
})

/** The contract's `Conversation`, a message a line. Says which files it refers to. */
async function* jsonOf(library: Library, tree: ShownTree, messages: MessageReader, files: BlobFiles): AsyncGenerator<string> {
  const fields = JSON.stringify(await fieldsOf(library, tree, messages))
  yield `${fields.slice(0, -1)},"messages":[`
  let between = '\n'
  for await (const [, message] of messages.each(tree.entries)) {
    for (const part of message.parts) if (part.type === 'attachment') await files.meet(part)
    yield between + JSON.stringify(message)
    between = ',\n'
  }
  yield '\n]}\n'
}

/** The files that attachments refer to: each is written once, after the first conversation that has it. */
interface BlobFiles {
  meet(attachment: Attachment): Promise<void>
  /** The path of a file that was met and is there. */
  pathOf(attachment: Attachment): string | undefined
  /** Those met since the last call. */
  fresh(time: number): AsyncIterable<ArchiveEntry>
}

function blobFiles({ blobs, account }: ExportParts, manifest: ExportManifest): BlobFiles {
  /** Null: not on this node. */
  const paths = new Map<string, string | null>()
  let waiting: { id: BlobId; path: string; size: number; mime: string }[] = []

  async function* bytesOf(id: BlobId, path: string): AsyncGenerator<Uint8Array> {
    const source = blobs.read(account.did, id)[Symbol.asyncIterator]()
    try {
      for (;;) {
        const next = await readable(source.next())
        if (!next) manifest.incomplete.push({ path, what: 'the file is damaged' })
        if (!next || next.done) return
        yield next.value
      }
    } finally {
      await source.return?.()
    }
  }
  return {
    async meet({ blob, name, mime }) {
      if (blob === undefined || paths.has(blob)) return
      const id = blob as BlobId
      const path = blobPathOf(blob, name, mime)
      const size = await readable(blobs.size(account.did, id))
      paths.set(blob, size === undefined ? null : path)
      if (size === undefined) manifest.incomplete.push({ path, what: 'the file is not on this node, or damaged' })
      else waiting.push({ id, path, size, mime })
    },
    pathOf: ({ blob }) => (blob === undefined ? undefined : (paths.get(blob) ?? undefined)),
    async *fresh(time) {
      const now = waiting
      waiting = []
      for (const { id, path, size, mime } of now) {
        manifest.counts.blobs++
        yield { path, time, size, compress: size <= LARGE && !isPacked(mime), content: bytesOf(id, path) }
      }
    },
  }
}

async function* pieces(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const text of texts) if (text !== '') yield Buffer.from(text)
}
/** Without the control characters that make editors, and importers, take a page for something else. */
async function* readableText(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  for await (const text of texts) yield Buffer.from(text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '\ufffd'))
}
async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

const readme = `# Your conversations

This archive holds what you keep in VIVIM: everything, or what you chose.

- \`conversations/\`: each conversation twice, as a Markdown page to read and as JSON with every branch and detail.
- \`documents/\`: projects, memories and the like, in the same two forms.
- \`personal/\`: your own titles, tags and notes, under the name of the conversation that they belong to.
- \`blobs/\`: pictures and other files. The pages link to them.
- \`vivim-export.json\`: what the archive holds, and what could not be read.

Importing the archive into a VIVIM node gives the same conversations again, with your tags and notes.

**It is not encrypted.** Whoever has it can read it.
`
