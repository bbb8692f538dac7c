/**
 * A person’s last resort, on the built product: an empty machine and the 24 words. The account is there again as a new
 * device, and everything comes by sync with another node of theirs; both go on writing.
 */
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { socketClient } from '../../node-core/bin/client/socket.ts'
import type { Did } from '../../node-core/contract/ids.ts'
import { openRecord } from '../../node-core/identity/account-record.ts'
import { carry } from '../kit/carry.ts'
import { contentOf } from '../kit/content.ts'
import { type PlainHttp, signIn } from '../kit/plain-http.ts'
import { type Machine, newMachine } from '../kit/product.ts'
import { socketOf } from '../kit/socket-of.ts'
import { writeExport } from '../kit/written-exports.ts'

let old: Machine
let empty: Machine
let phrase: string
let words: string
beforeAll(async () => {
  old = await newMachine({ bare: true })
  empty = await newMachine({ bare: true })
  await old.done(['import', writeExport(old.folder, 'openwebui', { seed: 21, conversations: 5 }).path])
  await using _ = await old.serve()
  phrase = (await socketClient(socketOf(old), undefined).call('account.phrase', {})).phrase
  words = join(empty.folder, 'words')
  await writeFile(words, `${phrase}\n`, { mode: 0o600 })
})
afterAll(async () => {
  await old?.[Symbol.asyncDispose]()
  await empty?.[Symbol.asyncDispose]()
})

describe('an empty machine', () => {
  it('gets nothing from words that are none', async () => {
    const wrong = join(empty.folder, 'wrong')
    await writeFile(wrong, phrase.split(' ').reverse().join(' '))
    const ran = await empty.vivim(['account', 'recover', '--phrase-file', wrong])
    expect(ran.code).toBe(1)
    expect(await readdir(empty.data).catch(() => [])).not.toContain('store.db')
  })

  it('is a new device of the account by the words, and holds everything after a sync', async () => {
    const did = (await old.done(['account', 'list', '--json'])).json().items[0].did
    const recovered = await empty.done(['account', 'recover', '--phrase-file', words, '--json'])
    expect(recovered.json()).toMatchObject({ did, anew: true })
    await using there = await old.serve()
    await using here = await empty.serve()
    const [a, b] = [await signIn(there.link), await signIn(here.link)]
    expect(b.account).toBe(a.account)
    expect(await carry(a, b)).toEqual({ refused: [], equal: true })
    const whole = await contentOf(a)
    expect(Object.keys(whole.conversations).length).toBe(5)
    expect(await contentOf(b)).toEqual(whole)
    for (const one of [a, b])
      expect((await one.json('devices.list')).items.map(({ state }: { state: string }) => state)).toEqual(['active', 'active'])

    // found there, and what either writes from now on the other has too
    const [{ id: conversation, title }] = await b.all('conversations.list')
    expect((await b.json('search.find', { q: title.split(' ')[0] })).total).toBeGreaterThan(0)
    await b.json('notes.create', { target: conversation, text: 'written on the new machine' })
    await a.json('tags.add', { target: conversation, tag: 'given on the old one' })
    expect(await carry(a, b)).toEqual({ refused: [], equal: true })
    expect(await contentOf(b)).toEqual(await contentOf(a))
    expect((await contentOf(a)).notes.join()).toContain('written on the new machine')
    // the words are known to the person, who just typed them
    expect((await b.json('status.get')).warnings).toEqual([])
  })

  it('throws out the one whose root key was stolen, which comes back by the words as another device', async () => {
    await using here = await empty.serve()
    await using there = await old.serve()
    const [a, b] = [await signIn(there.link), await signIn(here.link)]
    const lost = (await b.json('devices.list')).items.find(({ current }: { current: boolean }) => !current).did
    await empty.done(['account', 'root', '--cold', '--phrase-file', words])
    expect((await b.json('account.get')).rootCold).toBe(true)
    const revoke = ['device', 'revoke', lost, '--yes']
    expect((await empty.vivim(revoke)).stderr).toMatch(/needs the account’s phrase/)
    const noted = (await contentOf(a)).notes

    expect((await empty.vivim(['account', 'succeed', '--phrase-file', words])).stderr).toMatch(/--yes/)
    const done = await empty.done(['account', 'succeed', '--yes', '--phrase-file', words, '--json'])
    expect(done.json()).toMatchObject({ gone: [lost] })
    // what the machine wrote before it was stolen stays
    expect((await contentOf(b)).notes).toEqual(noted)
    expect(Object.keys((await contentOf(b)).conversations).length).toBe(5)
    expect(await carry(a, b)).toMatchObject({ equal: true })
    const { warnings } = await a.json('status.get')
    expect(warnings.map(({ code }: { code: string }) => code)).toContain('device-revoked')
    expect((await a.ask('notes.create', { text: 'nowhere' })).status).toBe(403)

    await there.stop()
    const again = join(old.folder, 'words')
    await writeFile(again, phrase, { mode: 0o600 })
    await old.done(['account', 'recover', '--phrase-file', again])
    await using back = await old.serve()
    const c = await signIn(back.link)
    expect(await carry(c, b)).toEqual({ refused: [], equal: true })
    const states = async (of: PlainHttp) => (await of.json('devices.list')).items.map(({ state }: { state: string }) => state)
    expect((await states(b)).sort()).toEqual((await states(c)).sort())
    expect((await states(c)).sort()).toEqual(['active', 'active', 'revoked'])
    await c.json('notes.create', { text: 'from the device that it is now' })
    await carry(c, b)
    expect((await contentOf(b)).notes.join()).toContain('from the device that it is now')

    // to others the account is proved by its new root, where its owner wants to be found
    const found = () => fetch(`${here.origin}/.well-known/vivim?did=${b.account}`)
    expect((await found()).status).toBe(404)
    await empty.done(['account', 'publish', '--name', 'Hanna'])
    const { record } = (await (await found()).json()) as { record: string }
    const opened = openRecord(Buffer.from(record, 'base64url'), b.account as Did, Date.now())
    expect(opened).toMatchObject({ name: 'Hanna', roots: { successions: [{ replaces: b.account }] } })
    expect(opened.keys.length).toBe(2)
    expect((await fetch(`${here.origin}/.well-known/vivim`)).status).toBe(404)
    await empty.done(['account', 'publish', '--off'])
    expect((await found()).status).toBe(404)

    // and one that is only lost is thrown out by the words alone
    const device = (await c.json('account.get')).device.did
    await empty.done(['device', 'revoke', device, '--yes', '--phrase-file', words])
    expect((await states(b)).sort()).toEqual(['active', 'revoked', 'revoked'])
    for (const machine of [old, empty])
      expect((await machine.done(['doctor', '--verify', '--json'])).json()).toMatchObject({ problems: 0 })
  })
})
