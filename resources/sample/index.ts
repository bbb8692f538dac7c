/// <reference path="./assets.d.ts" />
/**
 * The sample: a tiny export of this product's own format, put together from conversations that are written here. Each
 * shows a part of the reader. The page takes it in like any other export, and out again by undoing that import.
 */
import {
  type ExportedPersonal,
  type ExportManifest,
  exportFormat,
  exportVersion,
  manifestName,
} from '../../node-core/contract/export.ts'
import alfama from './alfama.webp?inline'
import { doubling } from './doubling.ts'
import { lisbon, pictureId } from './lisbon.ts'
import { lunchbox } from './lunchbox.ts'
import { neighbours } from './neighbours.ts'
import { skippedItems } from './skipped-items.ts'
import { teaTimer } from './tea-timer.ts'

const conversations = [skippedItems, lisbon, doubling, teaTimer, neighbours, lunchbox]

const noted = Date.parse('2026-03-09T08:20:00Z')
/** What a person might have said of them. */
const personal: Readonly<Record<string, ExportedPersonal>> = {
  'sample-lisbon': {
    conversation: { source: 'vivim', key: 'sample-lisbon' },
    tags: [{ tag: 'travel' }],
    notes: [
      {
        id: 'samplelisbonnoteaaaaaaaaaa',
        message: 'a1',
        text: 'Ask Marta about the fado place near the church. This is a note: you can write your own beside anything.',
        created: noted,
        updated: noted,
      },
    ],
  },
  'sample-skipped-items': {
    conversation: { source: 'vivim', key: 'sample-skipped-items' },
    tags: [{ tag: 'python' }, { message: 'a2', tag: 'remember' }],
    notes: [],
  },
}

/** Notes that came with the sample: they go with it, as no import’s undoing takes a person’s notes. */
export const sampleNotes = Object.values(personal).flatMap(({ notes }) => notes.map(({ id }) => id))

export interface SampleFile {
  readonly path: string
  readonly content: string | Uint8Array<ArrayBuffer>
}

/** The export's files. */
export function sampleFiles(): SampleFile[] {
  const notes = Object.values(personal).reduce((sum, one) => sum + one.notes.length, 0)
  const messages = conversations.reduce((sum, one) => sum + one.messages.length, 0)
  const manifest: ExportManifest = {
    format: exportFormat,
    version: exportVersion,
    exported: Date.parse('2026-04-04T00:00:00Z'),
    counts: { conversations: conversations.length, documents: 0, messages, notes, blobs: 1 },
    incomplete: [],
  }
  return [
    json(manifestName, manifest),
    ...conversations.map((conversation) => json(`conversations/${conversation.key}.json`, conversation)),
    ...Object.entries(personal).map(([key, said]) => json(`personal/${key}.json`, said)),
    { path: `sample/blobs/${pictureId}.webp`, content: bytesOf(alfama) },
  ]
}

const json = (path: string, value: unknown): SampleFile => ({ path: `sample/${path}`, content: JSON.stringify(value) })

/** The bytes of a `data:` address in base64. */
const bytesOf = (address: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(address.slice(address.indexOf(',') + 1)), (character) => character.charCodeAt(0))
