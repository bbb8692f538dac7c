/**
 * The analyst of the protocol: has the store's files and no keys, and knows the corpus exactly: every text, name and id,
 * how often each occurs, in which order, how long it is. Tries to tell from the files what is what, and reports what comes
 * out: sizes, times and numbers may; anything else fails.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Did } from '../../node-core/contract/ids.ts'
import { conversationIdFor, messageKeyFor } from '../../node-core/library/ids.ts'
import { columnsOf, lookInto } from '../kit/opened-store.ts'
import { importEnds, signIn } from '../kit/plain-http.ts'
import { type Machine, newMachine } from '../kit/product.ts'
import { columns, type Kind } from './analyst-columns.ts'
import { corpus, exported, models, pictures, projects, tags, vocabulary } from './analyst-corpus.ts'

type Row = Readonly<Record<string, unknown>>
let machine: Machine
const tables = new Map<string, Row[]>()
const files: { path: string; bytes: Buffer }[] = []
const dids: Did[] = []
/** What the analyst has found out, in words. */
const recovered: string[] = []
beforeAll(async () => {
  machine = await newMachine({ bare: true })
  const path = join(machine.folder, 'export.zip')
  await writeFile(path, await exported())
  await using node = await machine.serve()
  const first = await signIn(node.link)
  const { did } = (await machine.done(['account', 'new', '--json'])).json()
  const { link } = (await machine.done(['link', '--json', '--account', did])).json()
  const second = await signIn(`${node.origin}${new URL(link, node.origin).href.slice(node.origin.length)}`)
  for (const http of [first, second]) {
    const run = await http.json('imports.upload', { name: 'export.zip' }, { body: await readFile(path) })
    expect((await importEnds(http, run.id)).report.conversations).toMatchObject({ imported: corpus.length })
    const ids = new Map<string, string>()
    for (const { id } of await http.all('conversations.list'))
      ids.set((await http.json('conversations.get', { conversation: id })).key, id)
    for (const { uuid, tag } of corpus) await http.json('tags.add', { target: ids.get(uuid), tag })
    for (const { uuid } of corpus.slice(0, 30))
      await http.json('notes.create', { target: ids.get(uuid), text: 'one and the same note' })
    dids.push(http.account as Did)
  }
  await node.stop()
  const db = lookInto(machine.data)
  for (const table of new Set(columnsOf(db).map((one) => one.table)))
    tables.set(table, db.prepare<[], Row>(`SELECT * FROM ${table}`).all())
  db.close()
  for (const entry of await readdir(machine.data, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    files.push({ path: file.slice(machine.data.length), bytes: await readFile(file) })
  }
})
afterAll(() => machine?.[Symbol.asyncDispose]())

const cells = function* (...kinds: Kind[]) {
  for (const [table, kindsOf] of Object.entries(columns)) {
    for (const [column, kind] of Object.entries(kindsOf))
      if (kinds.includes(kind)) yield { table, column, kind, rows: tables.get(table) ?? [] }
  }
}
const keyOf = (value: unknown): string => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value))
/** How often each value stands there, the most frequent first. */
const frequencies = (values: readonly string[]): number[] =>
  [...Map.groupBy(values, (value) => value).values()].map((group) => group.length).sort((a, b) => b - a)

describe('the analyst', () => {
  it('knows every column of the store, and what it may show', () => {
    const db = lookInto(machine.data)
    const there: Record<string, string[]> = {}
    for (const { table, column } of columnsOf(db)) there[table] = [...(there[table] ?? []), column]
    db.close()
    expect(there).toEqual(Object.fromEntries(Object.entries(columns).map(([table, kinds]) => [table, Object.keys(kinds)])))
    for (const table of ['chunk', 'conversation', 'facet', 'tagging', 'note', 'search_block', 'import_item'])
      expect(tables.get(table)?.length, table).toBeGreaterThan(10)
  })

  it('looks for values that stand in several rows: equal things that look equal', () => {
    for (const { table, column, rows } of cells('once', 'sealed', 'wrapped', 'envelope')) {
      const values = rows
        .map((row) => row[column])
        .filter((value) => value instanceof Uint8Array && value.length > 0)
        .map(keyOf)
      const repeated = frequencies(values).filter((count) => count > 1)
      if (repeated.length > 0)
        recovered.push(`${table}.${column}: ${repeated.length} values stand in several rows, one in ${repeated[0]}`)
    }
  })

  it('compares how often values stand with how often models, projects, tags, words and messages occur', () => {
    const known = {
      models: corpus.map(({ model }) => model),
      projects: corpus.map(({ project }) => project.name),
      tags: corpus.map(({ tag }) => tag),
      pictures: corpus.flatMap(({ picture }) => picture ?? []).map(String),
      titles: corpus.map(({ title }) => title),
      messages: corpus.flatMap(({ texts }) => texts),
      words: corpus.flatMap(({ texts, title }) => [...new Set([title, ...texts].join(' ').split(' '))]),
    }
    const head = (counts: number[]) =>
      counts
        .filter((count) => count > 4)
        .slice(0, 5)
        .join()
    for (const { table, column, rows } of cells('once', 'random', 'sealed', 'word')) {
      for (const group of Map.groupBy(rows, (row) => `${row['account']}/${row['kind'] ?? ''}`).values()) {
        const seen = head(frequencies(group.map((row) => keyOf(row[column]))))
        for (const [what, values] of Object.entries(known)) {
          if (seen !== '' && seen === head(frequencies(values)))
            recovered.push(`${table}.${column} names the ${what}, by how often each occurs (${seen})`)
        }
      }
    }
  })

  it('compares how long values are with models, projects, tags and pictures', () => {
    // cells hold little but such names: their sizes must not tell one from the other
    for (const { table, column, rows } of cells('sealed')) {
      if (!['facet', 'blob', 'blob_use'].includes(table)) continue
      const sizes = new Set(rows.flatMap((row) => (row[column] instanceof Uint8Array ? [row[column].length] : [])))
      if (sizes.size > 2) recovered.push(`${table}.${column} has ${sizes.size} sizes`)
    }
  })

  it('guesses: hashes of everything that it knows, unkeyed or keyed with what is public', () => {
    const strings = [
      ...models,
      ...tags,
      ...projects.flatMap(({ name, uuid }) => [name, uuid, `g-p-${uuid}`]),
      ...corpus.flatMap(({ uuid, title, texts }) => [uuid, title, ...texts]),
      ...vocabulary,
      ...corpus.flatMap(({ texts }) => texts.map((_, n) => `m${n}`)),
      'one and the same note',
    ]
    const guesses: Buffer[] = pictures.flatMap((bytes) => [bytes, createHash('sha256').update(bytes).digest()])
    for (const text of new Set(strings)) {
      for (const algorithm of ['sha256', 'sha1', 'md5', 'sha512', 'blake2b512'])
        guesses.push(createHash(algorithm).update(text).digest().subarray(0, 16))
      guesses.push(Buffer.from(messageKeyFor(text), 'hex'))
    }
    for (const did of dids) for (const { uuid } of corpus) guesses.push(Buffer.from(conversationIdFor(did, 'chatgpt', uuid)))
    const starts = new Map<number, Buffer[]>()
    for (const guess of guesses) starts.set(guess.readUInt32LE(0), [...(starts.get(guess.readUInt32LE(0)) ?? []), guess])
    for (const { path, bytes } of files) {
      for (let at = 0; at + 8 <= bytes.length; at++) {
        const right = starts.get(bytes.readUInt32LE(at))?.find((guess) => guess.compare(bytes, at, at + guess.length) === 0)
        if (right) recovered.push(`${path} holds the hash of something known, at ${at}`)
      }
    }
  })

  it('compares two people who hold the same', () => {
    const [a, b] = (tables.get('account') ?? []).map((row) => row['id'])
    for (const { table, column, rows } of cells('once', 'sealed', 'wrapped', 'random', 'envelope')) {
      const of = (account: unknown) =>
        new Set(
          rows
            .filter(
              (row) => row['account'] === account && row[column] instanceof Uint8Array && (row[column] as Uint8Array).length > 0,
            )
            .map((row) => keyOf(row[column])),
        )
      const both = of(a).intersection(of(b))
      if (both.size > 0) recovered.push(`${table}.${column}: ${both.size} values are the same for both`)
    }
  })

  it('looks for order: rows or hashes that follow titles, models or the export', () => {
    const local = new Map<unknown, number>()
    // local numbers are given in the order of the export: the analyst is granted that
    for (const [n, row] of (tables.get('conversation') ?? [])
      .filter((row) => row['account'] === 1)
      .toSorted((x, y) => Number(x['id']) - Number(y['id']))
      .entries())
      local.set(row['id'], n)
    const orders = {
      title: ranks(corpus.map(({ title }) => title)),
      model: ranks(corpus.map(({ model }) => model)),
      project: ranks(corpus.map(({ project }) => project.name)),
      tag: ranks(corpus.map(({ tag }) => tag)),
      export: corpus.map((_, n) => n),
    }
    for (const { table, column, rows } of cells('once', 'sealed')) {
      const own = rows.filter((row) => row['account'] === 1)
      const numbered = own.flatMap((row) => {
        const n = local.get(table === 'conversation' ? row['id'] : row['conversation'])
        return n === undefined || !(row[column] instanceof Uint8Array) || row[column].length === 0
          ? []
          : [{ n, value: keyOf(row[column]) }]
      })
      if (numbered.length < 100) continue
      const values = ranks(numbered.map(({ value }) => value))
      for (const [what, order] of Object.entries(orders)) {
        const rho = correlation(
          values,
          numbered.map(({ n }) => order[n] ?? 0),
        )
        // five standard deviations of chance
        if (Math.abs(rho) > 5 / Math.sqrt(numbered.length))
          recovered.push(`${table}.${column} is in the order of the ${what} (${rho.toFixed(2)})`)
      }
    }
  })

  it('looks at the sealed bytes: nonces that come again, and anything but noise', () => {
    const nonces = new Set<string>()
    const counts = new Array<number>(256).fill(0)
    let total = 0
    for (const { table, column, rows } of cells('sealed')) {
      for (const row of rows) {
        const value = row[column]
        if (!(value instanceof Uint8Array)) continue
        const nonce = `${row['account']}/${table === 'search_block'}/${keyOf(value.subarray(0, 16))}`
        if (nonces.has(nonce)) recovered.push(`${table}.${column}: a nonce was used twice`)
        nonces.add(nonce)
        for (const byte of value.subarray(4)) counts[byte] = (counts[byte] ?? 0) + 1
        total += value.length - 4
      }
    }
    expect(total).toBeGreaterThan(300_000)
    const expected = total / 256
    const chi = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    // 255 on average; six standard deviations of chance
    if (Math.abs(chi - 255) > 6 * Math.sqrt(2 * 255)) recovered.push(`sealed bytes are no noise: chi² ${chi.toFixed(0)}`)
  })

  it('recovers sizes, times and numbers, and nothing else', () => {
    // what is granted: a conversation is told by how many messages it has, a chunk by how long it is
    const numbers = (tables.get('conversation') ?? []).filter((row) => row['account'] === 1).map((row) => Number(row['messages']))
    expect(frequencies(numbers.map(String))).toEqual(frequencies(corpus.map(({ texts }) => String(texts.length))))
    expect(recovered).toEqual([])
  })
})

/** The place of each value in their order; equal values share one. */
function ranks(values: readonly string[]): number[] {
  const order = [...new Set(values)].sort()
  const place = new Map(order.map((value, n) => [value, n]))
  return values.map((value) => place.get(value) ?? 0)
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [ma, mb] = [mean(a), mean(b)]
  let [ab, aa, bb] = [0, 0, 0]
  for (let n = 0; n < a.length; n++) {
    const [da, db] = [(a[n] ?? 0) - ma, (b[n] ?? 0) - mb]
    ab += da * db
    aa += da * da
    bb += db * db
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb)
}
