/**
 * From an export to reading it, on the built product: with the `vivim` command, and with plain HTTP made from nothing but
 * the OpenAPI document. Every format; then everything out again, and into an empty node.
 */
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Content, contentOf } from '../kit/content.ts'
import type { Truth } from '../kit/exports.ts'
import { importEnds, type PlainHttp, signIn } from '../kit/plain-http.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { type ExportFormat, exportFormats, phraseIn, writeExport } from '../kit/written-exports.ts'

const formats = Object.keys(exportFormats) as ExportFormat[]
const conversations = 8

let machine: Machine
let node: Serving
let http: PlainHttp
beforeAll(async () => {
  machine = await newMachine({ bare: true })
  node = await machine.serve()
  http = await signIn(node.link)
})
afterAll(() => machine?.[Symbol.asyncDispose]())

/** The report's numbers in the truth's words. */
// biome-ignore lint/suspicious/noExplicitAny: a report as it came.
const told = ({ conversations, messages, attachments }: any) => ({
  conversations: conversations.imported + conversations.updated + conversations.unchanged,
  messages: messages.total,
  branchMessages: messages.branches,
  hiddenMessages: messages.hidden,
  images: attachments.stored + attachments.missing,
  unreadableConversations: conversations.unreadableTotal,
})
const wanted = (truth: Truth, told: { conversations: number }) => ({
  // Gemini keeps no conversations, so its truth does not count them
  conversations: truth.conversations ?? told.conversations,
  messages: truth.messages,
  branchMessages: truth.branchMessages,
  hiddenMessages: truth.hiddenMessages,
  images: truth.images,
  unreadableConversations: truth.unreadableConversations,
})

describe('the whole path', () => {
  // A folder cannot be uploaded; of the others every second one is.
  it.each(
    formats.map((format, index) => [format, exportFormats[format] === 'dir' || index % 2 === 0 ? 'vivim' : 'HTTP'] as const),
  )('imports %s by %s, finds a phrase of it and shows it where it was said', async (format, way) => {
    const { path, truth } = writeExport(machine.folder, format, { seed: 101 + formats.indexOf(format), conversations })
    const phrase = await phraseIn(path)
    // biome-ignore lint/suspicious/noExplicitAny: a report as it came.
    let report: any
    if (way === 'vivim') {
      const ran = await machine.vivim(['import', '--json', path])
      expect(ran.code, ran.stderr).toBe(truth.unreadableConversations > 0 ? 3 : 0)
      report = ran.json()
    } else {
      const run = await http.json('imports.upload', { name: basename(path) }, { body: createReadStream(path) })
      const ended = await importEnds(http, run.id)
      report = ended.report
      expect(['waiting', 'checking', 'importing', 'done']).toEqual(expect.arrayContaining(ended.phases))
    }
    expect(report.state, JSON.stringify(report.error)).toBe('done')
    expect(report.format).toBe(truth.format)
    expect(told(report)).toEqual(wanted(truth, told(report)))
    expect(report.messages.added).toBe(truth.messages)
    expect(report.attachments.stored).toBe(/^chatgpt(?!-json)/.test(format) ? truth.images : 0)
    expect(await http.json('imports.report', { import: report.id })).toEqual(report)

    const found = await http.json('search.find', { q: `"${phrase}"`, prefix: false })
    const [hit] = found.items
    expect(hit, phrase).toMatchObject({ kind: 'message', conversation: { source: truth.format } })
    expect(hit.snippet.marks.map(([from, to]: [number, number]) => hit.snippet.text.slice(from, to)).join(' ')).not.toBe('')
    const page = await http.json('conversations.units', { conversation: hit.conversation.id, leaf: hit.message, start: hit.unit })
    expect(page.items[0]).toMatchObject({ id: hit.unit, message: hit.message })
    expect(page.items[0].text.toLowerCase()).toContain(phrase)

    const shown = await machine.done(['show', hit.unit])
    expect(shown.stdout.toLowerCase()).toContain(phrase)
  })

  it('finds by the command what it finds by HTTP, and shows a conversation with its branches', async () => {
    const byCommand = (await machine.done(['search', '--json', 'garden'])).json()
    const byHttp = await http.json('search.find', { q: 'garden', prefix: false })
    expect(byCommand.total).toBeGreaterThan(5)
    expect(byCommand.items).toEqual(byHttp.items)

    const branched = (await http.all('conversations.list')).filter(({ branches }) => branches > 0)
    expect(new Set(branched.map(({ source }) => source))).toEqual(
      new Set(['chatgpt', 'claude', 'openwebui', 'librechat', 'deepseek']),
    )
    for (const { id, messages } of branched) {
      const { leaves } = await http.json('conversations.get', { conversation: id })
      expect(leaves.length).toBeGreaterThan(1)
      const read = new Set<string>()
      for (const { message: leaf } of leaves) {
        const path = await http.all('conversations.messages', { conversation: id, leaf })
        expect(path.at(-1)?.id).toBe(leaf)
        for (const [index, message] of path.entries()) expect(message.parent).toBe(path[index - 1]?.id ?? null)
        for (const message of path) read.add(message.id)
      }
      expect(read.size).toBe(messages)
    }
    const [{ id }] = branched
    const units = await http.all('conversations.units', { conversation: id })
    const turn = units.find((unit) => unit.siblings)
    const other = turn.siblings.previous ?? turn.siblings.next
    const switched = await http.all('conversations.units', { conversation: id, leaf: other })
    expect(switched.find((unit) => unit.message === other)?.siblings.count).toBe(turn.siblings.count)
    expect(units.some((unit) => unit.message === other)).toBe(false)
    expect((await machine.done(['show', id, '--branch', other])).stdout).toContain(
      switched.find((unit) => unit.message === other).text.slice(0, 20),
    )
  })

  it('takes everything out, and an empty node that takes it in holds the same', async () => {
    const all = await http.all('conversations.list')
    const [first, second, third] = all
    const [message] = await http.all('conversations.messages', { conversation: first.id })
    await http.json('conversations.edit', { conversation: second.id, title: 'A title of mine', starred: true })
    await http.json('tags.add', { target: first.id, tag: 'Lesezeichen' })
    await http.json('tags.add', { target: message.id, tag: 'read again' })
    await http.json('notes.create', { target: third.id, text: 'What I think of it' })
    await http.json('notes.create', { text: 'A note on its own' })

    const path = join(machine.folder, 'everything.zip')
    await machine.done(['export', path])
    const byHttp = await http.bytes('export.get')
    expect(Math.abs(byHttp.length - (await readFile(path)).length)).toBeLessThan(200)
    const before = await contentOf(http)
    expect(Object.keys(before.conversations).length).toBe(all.length)
    expect(Object.keys(before.blobs).length).toBeGreaterThan(0)
    expect({ tags: before.tags.length, notes: before.notes.length }).toEqual({ tags: 2, notes: 2 })

    await using other = await newMachine({ bare: true })
    await using empty = await other.serve()
    const there = await signIn(empty.link)
    const run = await there.json('imports.upload', { name: 'everything.zip' }, { body: createReadStream(path) })
    const { report } = await importEnds(there, run.id)
    expect(report).toMatchObject({ state: 'done', format: 'vivim', warnings: [], conversations: { unreadableTotal: 0 } })
    same(await contentOf(there), before)

    // the same again adds nothing
    const again = (await other.done(['import', '--json', path])).json()
    expect(again).toMatchObject({ conversations: { imported: 0, updated: 0 }, messages: { added: 0 } })
    same(await contentOf(there), before)
  })

  it('stops when it is asked to, and opens again with everything', async () => {
    const before = await http.json('status.get')
    expect(await node.stop()).toBe(0)
    const after = (await machine.done(['status', '--json'])).json()
    expect(after.status.account).toMatchObject({ conversations: before.account.conversations, messages: before.account.messages })
    expect((await machine.done(['doctor', '--verify', '--json'])).json()).toMatchObject({ problems: 0 })
  })
})

/** Compares piece by piece, so that a difference is named instead of printed whole. */
function same(a: Content, b: Content): void {
  expect(Object.keys(a.conversations)).toEqual(Object.keys(b.conversations))
  for (const [key, conversation] of Object.entries(b.conversations)) expect(a.conversations[key], key).toEqual(conversation)
  const { conversations: _, ...rest } = b
  expect(a).toMatchObject(rest)
}
