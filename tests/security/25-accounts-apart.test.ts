/**
 * Several accounts on one node, strictly apart: every table's rows are some account's, what one keeps counts for it alone, and
 * one that is full, or whose keys are gone, keeps no other from working.
 */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemRandom } from '../../node-core/adapters/clock.ts'
import { openFileKeychain } from '../../node-core/adapters/keychain-file/keychain.ts'
import type { Did } from '../../node-core/contract/ids.ts'
import { passphraseBytes } from '../../node-core/crypto/passphrase.ts'
import { entryOf } from '../../node-core/identity/bundle.ts'
import { contentOf } from '../kit/content.ts'
import { columnsOf, lookInto } from '../kit/opened-store.ts'
import { importEnds, type PlainHttp, signIn } from '../kit/plain-http.ts'
import { plantedChatgpt } from '../kit/planted.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'

let machine: Machine
let node: Serving
let a: PlainHttp
let b: PlainHttp
const signInTo = async (account: string) => signIn((await machine.done(['link', '--json', '--account', account])).json().link)
beforeAll(async () => {
  machine = await newMachine()
  node = await machine.serve()
  a = await signIn(node.link)
  b = await signInTo((await machine.done(['account', 'new', '--json', '--name', 'B'])).json().did)
  const run = await a.json('imports.upload', { name: 'a.zip' }, { body: await plantedChatgpt() })
  await importEnds(a, run.id)
})
afterAll(() => machine?.[Symbol.asyncDispose]())

describe('accounts of one node', () => {
  it('have rows of their own in every table', () => {
    const db = lookInto(machine.data)
    try {
      const columns = columnsOf(db)
      const tables = [...new Set(columns.map(({ table }) => table))]
      const without = tables.filter((table) => !columns.some((one) => one.table === table && one.column === 'account'))
      // the accounts themselves, and what goes by a chunk's number, which begins with its account's
      const chunks = ['chunk', 'chunk_awaited']
      expect(without.filter((table) => ![...chunks, 'account'].includes(table))).toEqual([])
      for (const table of tables.filter((one) => one !== 'account' && !chunks.includes(one))) {
        const columnsIn = db.pragma(`table_xinfo(${table})`) as { name: string; pk: number }[]
        expect(columnsIn.find(({ pk }) => pk === 1)?.name, table).toBe('account')
      }
    } finally {
      db.close()
    }
  })

  it('count what they keep, and are full, each by itself', async () => {
    const [ofA, ofB] = [await a.json('storage.get'), await b.json('storage.get')]
    expect(ofA.blobs).toBeGreaterThan(0)
    expect(ofB).toMatchObject({ blobs: 0, search: 0, library: 0, staging: 0, quota: null })
    expect(ofB.log).toBeLessThan(5000)
    await machine.done(['account', 'quota', '1KB', '--account', b.account])
    expect((await a.json('storage.get')).quota).toBeNull()
    const long = randomBytes(5000).toString('base64')
    expect(await b.json('notes.create', { text: long })).toMatchObject({ code: 'quota-exceeded' })
    expect((await a.ask('notes.create', { text: long })).status).toBe(200)
    const run = await b.json('imports.upload', { name: 'b.zip' }, { body: await plantedChatgpt() })
    if (run.id) expect((await importEnds(b, run.id)).report.state).not.toBe('done')
    await machine.done(['account', 'quota', 'none', '--account', b.account])
    expect((await b.ask('notes.create', { text: 'room again' })).status).toBe(200)
  })

  it('are closed one by one where their keys are gone, with sessions of theirs or not', async () => {
    const before = await contentOf(a)
    await node.stop()
    const db = lookInto(machine.data)
    const { device } = db.prepare('SELECT device FROM account WHERE did = ?').get(b.account) as { device: Did }
    db.close()
    const passphrase = passphraseBytes('correct horse battery staple')
    const keychain = await openFileKeychain({ directory: machine.data, passphrase, random: systemRandom })
    await keychain.delete(entryOf(device))
    node = await machine.serve()
    a = await signInTo(a.account)
    expect(await contentOf(a)).toEqual(before)
    expect((await a.json('status.get')).warnings.map(({ code }: { code: string }) => code)).toContain('keys-missing')
    expect((await machine.vivim(['link', '--account', b.account])).code).toBe(1)
  })
})
