/** Small nodes, what they export, and what that says. */
import { createHash } from 'node:crypto'
import { MemoryBlobs } from '../../node-core/adapters/blobs-memory/blobs.ts'
import { MemoryKeychain } from '../../node-core/adapters/keychain-memory/keychain.ts'
import { openMemoryStorage } from '../../node-core/adapters/storage-memory/storage.ts'
import type { store } from '../../node-core/contract/api/store.ts'
import type { Attachment, Conversation, Message } from '../../node-core/contract/content.ts'
import type { Call } from '../../node-core/contract/method.ts'
import type { ExportFile } from '../../node-core/imports/formats/format.ts'
import { memoryAccess } from '../../node-core/imports/reading/access.ts'
import { openZip } from '../../node-core/imports/reading/zip.ts'
import { runImport } from '../../node-core/imports/run.ts'
import { exportHandlers } from '../../node-core/library/export.ts'
import { migrations } from '../../node-core/threads/migrations.ts'
import { seededRandom } from './clock.ts'
import { type SmallNode, smallNode } from './small-node.ts'

const nodes: SmallNode[] = []
/** Closes what {@link emptyNode} opened. */
export async function closeNodes(): Promise<void> {
  for (const node of nodes.splice(0)) await node.storage[Symbol.asyncDispose]()
}

export async function emptyNode(seed: number | string): Promise<SmallNode> {
  const storage = await openMemoryStorage({ migrations })
  const node = await smallNode({
    storage,
    keychain: new MemoryKeychain(),
    random: seededRandom(seed),
    blobs: async () => new MemoryBlobs(),
  })
  nodes.push(node)
  return node
}

export type ExportInput = Parameters<ReturnType<typeof exportHandlers>['export.get']>[0]
export const call = (node: SmallNode): Call<(typeof store)['export.get']> => ({
  caller: 'local',
  account: node.account.did,
  capabilities: [],
  signal: new AbortController().signal,
})
export const handlersOf = (node: SmallNode) =>
  exportHandlers({ library: node.library, accountOf: () => node.account, blobs: node.blobs, clock: node.clock })

export async function exported(node: SmallNode, input: ExportInput = {}): Promise<Buffer> {
  const download = await handlersOf(node)['export.get'](input, call(node))
  const pieces: Uint8Array[] = []
  for await (const piece of download.open(undefined, new AbortController().signal)) pieces.push(piece)
  return Buffer.concat(pieces)
}
export const opened = async (bytes: Uint8Array) => ({
  name: 'export.zip',
  files: await openZip(memoryAccess(bytes), 'export.zip'),
})
export const textOf = async (file: ExportFile | undefined): Promise<string> =>
  Buffer.from((await file?.bytes(2 ** 30)) ?? []).toString()

export async function importInto(node: SmallNode, bytes: Uint8Array) {
  return await runImport(
    {
      source: await opened(bytes),
      intake: node.intake(),
      store: async (content) => (await node.blobs.put(node.account.did, content)).id,
      clock: node.clock,
      onFormat: () => {},
      onProgress: () => {},
    },
    new AbortController().signal,
  )
}

/** Everything that an export says, by the name of its file; blobs by their sums, the manifest without what is the node's own. */
export async function contentOf(bytes: Uint8Array): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>()
  for (const file of (await opened(bytes)).files) {
    const content = await file.bytes(2 ** 30)
    // ids are the owner's: names hold their first ten characters
    const name = file.path.replace(/ [a-z2-7]{10}(?=\.\w+$)/, '')
    const value =
      file.path.endsWith('.json') && !file.path.startsWith('blobs/')
        ? JSON.parse(Buffer.from(content).toString())
        : createHash('sha256').update(content).digest('hex')
    if (name === 'vivim-export.json') {
      delete value.account
      delete value.exported
    }
    found.set(found.has(name) ? `${name}#${file.path}` : name, value)
  }
  return found
}

export const png: Attachment = {
  type: 'attachment',
  kind: 'image',
  name: 'a picture.png',
  mime: 'image/png',
  pointer: 'file://a',
}
export const sample = (blob: string): Conversation => ({
  source: 'chatgpt',
  key: 'c-1',
  title: 'Tea: "green"/black? <ok>',
  created: Date.UTC(2026, 4, 1, 12, 30),
  updated: Date.UTC(2026, 4, 2),
  model: 'gpt-x',
  project: { id: 'p', name: 'Kitchen' },
  starred: true,
  tags: ['drinks'],
  current: 'c',
  extra: { gizmo: { b: [1, null, 'x'] } },
  messages: [
    { id: 'sys', parent: null, role: 'system', hidden: true, folded: true, parts: [{ type: 'text', text: 'Be brief.' }] },
    {
      id: 'a',
      parent: 'sys',
      role: 'user',
      time: Date.UTC(2026, 4, 1, 12, 30),
      parts: [
        { type: 'text', text: 'How long?' },
        { ...png, blob },
      ],
    },
    { id: 'b', parent: 'a', role: 'assistant', time: 5, model: 'gpt-x', parts: [{ type: 'text', text: 'Five minutes.' }] },
    {
      id: 'c',
      parent: 'a',
      role: 'assistant',
      time: 4,
      updated: 9,
      model: 'gpt-y',
      extra: { weight: 0.5 },
      parts: [
        { type: 'reasoning', text: 'Hm </details> hm' },
        { type: 'tool-call', name: 'clock', input: { q: '```' } },
        { type: 'tool-result', text: 'done', error: true },
        { type: 'text', text: 'Three minutes.\n```sh\nboil', citations: [{ url: 'x' }] },
        { type: 'unknown', kind: 'hologram', raw: { w: 1 } },
      ],
    },
  ],
})

export function message(id: string, parent: string | null, text: string): Message {
  return { id, parent, role: 'user', parts: [{ type: 'text', text }] }
}
