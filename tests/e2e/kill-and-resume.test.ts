/**
 * Killed fifty times while it imports, the node goes on each time where it was: in the end everything is there, once.
 * Imports of a path and of an upload take turns; kills come while it starts, and at any moment after.
 */
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { seededRandom } from '../kit/clock.ts'
import { lookInto } from '../kit/opened-store.ts'
import { importEnds, type PlainHttp, signIn } from '../kit/plain-http.ts'
import { type Machine, newMachine } from '../kit/product.ts'
import { phraseIn, type Written, writeExport } from '../kit/written-exports.ts'

const kills = 50
/** The longest that the node lives after it is ready, and the longest that it may take to be killed while it starts; milliseconds. */
const lives = { ready: 600, starting: 450 }
/** Formats in turn: with files, with branches, with documents. */
const formats = ['chatgpt', 'claude', 'openwebui', 'chatgpt-nested'] as const
const size = 150

const seed = Number(process.env['VIVIM_TEST_SEED'] ?? Date.now() % 1_000_000)
const random = seededRandom(seed)
const chance = (): number => Buffer.from(random(4)).readUInt32LE() / 2 ** 32

let machine: Machine
beforeAll(async () => {
  machine = await newMachine()
})
afterAll(() => machine?.[Symbol.asyncDispose]())

it(`bears ${kills} kills (VIVIM_TEST_SEED=${seed})`, async () => {
  const begun: Written[] = []
  const tally = { whileStarting: 0, whileImporting: 0, interrupted: new Set<string>() }

  /** Begins the next import by path or upload, without waiting for it. */
  async function beginNext(http: PlainHttp): Promise<void> {
    const n = begun.length
    const format = formats[n % formats.length] ?? 'chatgpt'
    const written = writeExport(machine.folder, format, { seed: 300 + n, conversations: size })
    if (n % 2 === 0) {
      // over the local socket; the command dies with its node or is left alone
      machine.start(['import', '--json', written.path])
      await runs(http, begun.length + 1)
    } else {
      await http.json('imports.upload', { name: basename(written.path) }, { body: createReadStream(written.path) })
    }
    begun.push(written)
  }

  for (let killed = 0; killed < kills; killed++) {
    if (chance() < 0.25) {
      const child = machine.start(['serve', '--port', '0'])
      const over = new Promise((resolve) => child.once('exit', resolve))
      await after(chance() * lives.starting)
      child.kill('SIGKILL')
      await over
      tally.whileStarting++
      continue
    }
    const node = await machine.serve()
    try {
      const http = await signIn(node.link)
      const { items } = await http.json('imports.list', {})
      // what was acknowledged once is there after any kill
      expect(items.length).toBe(begun.length)
      for (const { id, state } of items) if (state !== 'done') tally.interrupted.add(id)
      if (items.every(({ state }: { state: string }) => state === 'done')) await beginNext(http)
      await after(chance() * lives.ready)
      const { imports } = await http.json('status.get')
      if (imports.running + imports.waiting > 0) tally.whileImporting++
    } finally {
      await node.kill()
    }
  }
  // the kills were where they are meant to be
  expect(tally.whileImporting).toBeGreaterThan(kills / 3)
  expect(tally.whileStarting).toBeGreaterThan(0)
  expect(tally.interrupted.size).toBeGreaterThan(0)

  const node = await machine.serve()
  const http = await signIn(node.link)
  const { items } = await http.json('imports.list', {})
  expect(items.length).toBe(begun.length)
  for (const [n, { id }] of items.toReversed().entries()) {
    const { truth, path } = begun[n] as Written
    const { report } = await importEnds(http, id)
    expect(report, path).toMatchObject({
      state: 'done',
      conversations: { imported: truth.conversations, updated: 0, unchanged: 0, unreadableTotal: truth.unreadableConversations },
      messages: { total: truth.messages, added: truth.messages, branches: truth.branchMessages, hidden: truth.hiddenMessages },
      attachments: truth.format === 'chatgpt' ? { stored: truth.images, missing: 0 } : { stored: 0, missing: truth.images },
    })
    const { total } = await http.json('search.find', { q: `"${await phraseIn(path)}"`, prefix: false })
    expect(total, path).toBe(1)
  }
  const conversations = begun.reduce((sum, { truth }) => sum + (truth.conversations ?? 0), 0)
  const messages = begun.reduce((sum, { truth }) => sum + truth.messages, 0)
  expect((await http.json('status.get')).account).toMatchObject({ conversations, messages })
  const listed = await http.all('conversations.list')
  expect(new Set(listed.map(({ id }) => id)).size).toBe(conversations)
  await node.stop()

  expect((await machine.done(['doctor', '--verify', '--json'])).json()).toMatchObject({ problems: 0 })
  expect(once(machine.data)).toEqual({ doubled: 0, unused: 0, files: 0 })
  const staged = await readdir(join(machine.data, 'staging')).catch(() => [])
  expect(staged).toEqual([])
  await machine.done(['doctor', '--rebuild'])
  expect((await machine.done(['status', '--json'])).json().status.account).toMatchObject({ conversations, messages })
})

/** Conversations that were put together from more than one piece, pieces that belong to none, and files without a use. */
function once(data: string) {
  const db = lookInto(data)
  const count = (sql: string): number => db.prepare<[], { n: number }>(sql).get()?.n ?? -1
  const found = {
    doubled:
      count('SELECT count(*) AS n FROM (SELECT 1 FROM contribution GROUP BY account, conversation, n HAVING count(*) > 1)') +
      count('SELECT count(*) - count(DISTINCT chunk) AS n FROM contribution'),
    unused: count(`SELECT count(*) AS n FROM chunk c JOIN event e ON e.account = c.account AND e.position = c.position
      WHERE e.type = 'library.conversations-imported' AND NOT EXISTS (SELECT 1 FROM contribution p WHERE p.chunk = c.id)`),
    files: count('SELECT count(*) AS n FROM blob_orphan'),
  }
  db.close()
  return found
}

const after = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Waits until the node knows of so many imports. */
async function runs(http: PlainHttp, count: number): Promise<void> {
  while ((await http.json('imports.list', {})).items.length < count);
}
