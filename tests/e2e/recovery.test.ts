/**
 * A person’s last resort, on the built product: an empty machine and the 24 words. The account is there again as a new
 * device, and everything comes by sync with another node of theirs; both go on writing.
 */
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { socketClient } from '../../node-core/bin/client/socket.ts'
import { carry } from '../kit/carry.ts'
import { contentOf } from '../kit/content.ts'
import { signIn } from '../kit/plain-http.ts'
import { type Machine, newMachine } from '../kit/product.ts'
import { socketOf } from '../kit/socket-of.ts'
import { writeExport } from '../kit/written-exports.ts'

let old: Machine
let empty: Machine
let phrase: string
let words: string
beforeAll(async () => {
  old = await newMachine()
  empty = await newMachine()
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

  it('throws out the lost machine, by the words alone', async () => {
    await using here = await empty.serve()
    const b = await signIn(here.link)
    const { items } = await b.json('devices.list')
    const lost = items.find(({ current }: { current: boolean }) => !current)
    await empty.done(['device', 'revoke', lost.did, '--yes'])
    const states = (await b.json('devices.list')).items.map(({ state }: { state: string }) => state)
    expect(states.sort()).toEqual(['active', 'revoked'])
    expect((await empty.done(['doctor', '--verify', '--json'])).json()).toMatchObject({ problems: 0 })
  })
})
