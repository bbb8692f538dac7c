/**
 * Backups on the built product: into a folder by hand and by the node itself, checked by the words alone, and back on an empty
 * machine, where what was in them is found again.
 */
import { mkdir, readdir, readFile, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { socketClient } from '../../node-core/bin/client/socket.ts'
import { contentOf } from '../kit/content.ts'
import { signIn } from '../kit/plain-http.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { socketOf } from '../kit/socket-of.ts'
import { writeExport } from '../kit/written-exports.ts'

let machine: Machine
let node: Serving
let words: string
let folder: string
beforeAll(async () => {
  machine = await newMachine()
  folder = join(machine.folder, 'backups')
  await mkdir(folder)
  node = await machine.serve()
  words = join(machine.folder, 'words')
  const { phrase } = await socketClient(socketOf(machine), undefined).call('account.phrase', {})
  await writeFile(words, phrase, { mode: 0o600 })
})
afterAll(() => machine?.[Symbol.asyncDispose]())
const files = async () => (await readdir(folder)).sort()

describe('backups into a folder', () => {
  it('are whole, then what is new, and bring everything back on an empty machine', async () => {
    await machine.done(['import', writeExport(machine.folder, 'claude', { seed: 31, conversations: 12 }).path])
    const whole = (await machine.done(['backup', folder, '--json'])).json()
    const a = await signIn(node.link)
    await a.json('notes.create', { text: 'a sesquipedalian note' })
    const next = (await machine.done(['backup', folder, '--json'])).json()
    expect([whole.kind, next.kind]).toEqual(['whole', 'increment'])
    expect(next.bytes).toBeLessThan(whole.bytes)
    expect(await files()).toEqual([whole.path, next.path].map((path) => path.slice(folder.length + 1)))

    const verified = await machine.done(['backup', folder, '--verify', '--phrase-file', words, '--json'])
    expect(verified.json()).toMatchObject({ files: 2, created: next.created })
    expect((await machine.done(['backup', '--verify', whole.path, '--phrase-file', words])).stderr).toMatch(/Good: .*1 file,/)

    await using empty = await newMachine({ bare: true })
    await empty.done(['restore', folder, '--phrase-file', words])
    await using there = await empty.serve()
    const b = await signIn(there.link)
    expect(await contentOf(b)).toEqual(await contentOf(a))
    expect((await b.json('search.find', { q: 'sesquipedalian' })).total).toBe(1)
    const own = async (of: typeof a) => (await of.json('account.get')).device.did
    expect(await own(b)).not.toBe(await own(a))
    expect((await empty.done(['doctor', '--verify', '--json'])).json()).toMatchObject({ problems: 0 })
  })

  it('say which of them is missing or broken', async () => {
    const [whole = '', next = ''] = await files()
    const verify = ['backup', '--verify', join(folder, next), '--phrase-file', words]
    await rename(join(folder, whole), join(machine.folder, 'aside'))
    const missing = await machine.vivim(verify)
    expect(missing.code).toBe(1)
    expect(missing.stderr).toMatch(/builds on is missing/)
    await using empty = await newMachine({ bare: true })
    expect((await empty.vivim(['restore', join(folder, next), '--phrase-file', words])).stderr).toMatch(/builds on is missing/)
    expect(await readdir(empty.data)).not.toContain('store.db')
    await rename(join(machine.folder, 'aside'), join(folder, whole))
    const bytes = await readFile(join(folder, next))
    await truncate(join(folder, next), bytes.length - 1)
    expect((await machine.vivim(verify)).stderr).toMatch(/damaged or incomplete/)
    await writeFile(join(folder, next), bytes)
    await machine.done(verify)
  })
})

describe('the node’s own backups', () => {
  it('are planned by the command line, and go on after a restart', async () => {
    const shown = async () => (await machine.done(['backups', 'show', '--json'])).json()
    expect(await shown()).toMatchObject({ folder: null, every: 24, keep: 3, next: null, last: null })
    for (const wrong of [
      ['backups', 'set', join(machine.folder, 'nowhere')],
      ['backups', 'set', machine.data],
      ['backups', 'set', folder, '--every', '0'],
      ['backups', 'set', folder, '--every', '721'],
      ['backups', 'set', folder, '--keep', 'few'],
    ])
      expect((await machine.vivim(wrong)).code, wrong.join(' ')).not.toBe(0)
    await machine.done(['backups', 'set', folder, '--every', '12', '--keep', '2'])
    expect(await shown()).toMatchObject({ folder, every: 12, keep: 2, next: expect.any(Number) })
    await node.stop()
    node = await machine.serve()
    expect(await shown()).toMatchObject({ folder, every: 12, keep: 2, next: expect.any(Number) })
    expect((await machine.done(['backups', 'show'])).stdout).toMatch(/Every 12 h into/)
    await machine.done(['backups', 'off'])
    expect(await shown()).toMatchObject({ folder: null, next: null })
  })

  it('are nobody’s who is signed in to one of several accounts', async () => {
    const http = await signIn((await machine.done(['link', '--json'])).json().link)
    expect((await http.ask('backups.schedule')).status).toBe(200)
    await machine.done(['account', 'new', '--name', 'Other'])
    expect((await http.ask('backups.schedule')).status).toBe(403)
    expect((await http.ask('backups.set-schedule', { folder: null, every: 1, keep: 1 })).status).toBe(403)
    expect((await machine.vivim(['backups', 'show', '--account', http.account])).code).toBe(0)
  })
})
