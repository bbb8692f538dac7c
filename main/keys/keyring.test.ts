import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { ToNode } from '../../node-core/contract/desktop.ts'
import { superviseNode } from '../node/node-process.ts'
import { createKeyring } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'vivim-keyring-'))
afterAll(() => rmSync(folder, { recursive: true }))
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A keyring whose node is moved by hand; `touch`: the system's own question who is there. */
async function stage(touch?: () => Promise<void>) {
  const nodes: { heard: ToNode[]; say: (message: object) => void; exit: () => void }[] = []
  const timers: (() => void)[] = []
  const fork = () => {
    let hear: (message: unknown) => void = () => {}
    let ended: (code: number) => void = () => {}
    const heard: ToNode[] = []
    nodes.push({ heard, say: (message) => hear(message), exit: () => ended(1) })
    return {
      post: (message: ToNode) => void heard.push(structuredClone(message)),
      onMessage: (listener: typeof hear) => {
        hear = listener
      },
      onErrors: () => undefined,
      onExit: (listener: typeof ended) => {
        ended = listener
      },
      kill: () => ended(137),
    }
  }
  const later = (_: number, work: () => void) => {
    timers.push(work)
    return () => undefined
  }
  const keyring = createKeyring({
    ...{ folder, store: '', sealedBy: () => '', touch, random: (size) => new Uint8Array(size) },
    screen: { on: () => undefined, getSystemIdleTime: () => 0, getSystemIdleState: () => 'active' },
    ...{ clearWindows: () => undefined, tell: () => undefined, repeat: () => undefined },
    start: (keys) =>
      superviseNode({
        ...{ fork, later, hear: keys.hear, now: () => 1, onCrash: () => undefined },
        options: async () => await keys.gather(),
      }),
  })
  const last = () => {
    const found = nodes.at(-1)
    if (!found) throw new Error('no node')
    return found
  }
  const ready = async (backend: 'file' | 'os') => {
    await settled()
    last().say({ type: 'keys-place', place: { backend, name: 'it' } })
    last().say({ type: 'ready', origin: 'http://127.0.0.1:4747' })
    last().say({ type: 'session', token: 't', expiresAt: 1 })
  }
  const { handlers } = keyring
  /** As after a person typed the passphrase at the start. */
  const typed = async () => {
    await settled()
    last().say({ type: 'failed', code: 'passphrase-needed', text: '' })
    handlers['keys.passphrase']({ passphrase: 'the right one' }, undefined)
    last().exit()
    await ready('file')
  }
  const unlock = async (passphrase?: string) =>
    await handlers['locks.unlock'](passphrase === undefined ? {} : { passphrase }, undefined)
  return { keyring, nodes, timers, last, ready, typed, unlock, handlers }
}

it('asks for the passphrase also while the node starts again, and compares it with the one that is held', async () => {
  const { keyring, last, timers, typed, unlock } = await stage()
  await typed()
  keyring.locks.lockWindows()
  last().exit()
  timers.at(-1)?.()
  await settled()
  expect(keyring.state()).toMatchObject({ is: 'locked', how: 'passphrase' })
  await expect(unlock()).rejects.toMatchObject({ code: 'passphrase-needed' })
  await expect(unlock('not the one')).rejects.toMatchObject({ code: 'keychain-wrong-passphrase' })
  expect(keyring.locks.state.is).toBe('windows')
  await unlock('the right one')
  expect(keyring.locks.state.is).toBe('open')
})

it('asks the same where the node says why it cannot start', async () => {
  const { keyring, last, timers, typed, unlock } = await stage()
  await typed()
  keyring.locks.lockWindows()
  last().exit()
  timers.at(-1)?.()
  last().say({ type: 'failed', code: 'storage-full', text: '' })
  expect(keyring.state()).toMatchObject({ is: 'failed' })
  await expect(unlock()).rejects.toMatchObject({ code: 'passphrase-needed' })
  expect(keyring.locks.state.is).toBe('windows')
})

it('answers what was asked as the node ends, and starts one that was given up where a person unlocks', async () => {
  const { keyring, nodes, last, timers, typed, unlock } = await stage()
  await typed()
  keyring.locks.lockWindows()
  const asked = unlock('the right one')
  last().exit()
  await expect(asked).rejects.toMatchObject({ code: 'unavailable' })
  while (keyring.node.state.state !== 'given-up') {
    timers.at(-1)?.()
    last().exit()
  }
  const started = nodes.length
  await expect(unlock('not the one')).rejects.toMatchObject({ code: 'keychain-wrong-passphrase' })
  expect(nodes.length).toBe(started)
  await unlock('the right one')
  expect(keyring.state()).toEqual({ is: 'opening' })
  expect(nodes.length).toBe(started + 1)
})

it('asks as much where everything is locked as for the windows, and starts no node before', async () => {
  const answers: (Error | undefined)[] = []
  let asked = 0
  const { keyring, nodes, last, ready, unlock, handlers } = await stage(async () => {
    asked++
    const refused = answers.shift()
    if (refused) throw refused
  })
  await ready('os')
  keyring.locks.lockWindows()
  const closed = handlers['locks.everything'](undefined, undefined)
  last().exit()
  await closed
  keyring.node.start()
  await settled()
  expect(nodes.length).toBe(1)
  answers.push(new Error('nobody answered'))
  await expect(unlock()).rejects.toThrow('nobody answered')
  expect(keyring.state()).toEqual({ is: 'closed' })
  await unlock()
  await settled()
  expect([asked, keyring.locks.state.is, nodes.length]).toEqual([2, 'open', 2])
})

it('opens no lock that closed while another was answered for', async () => {
  let answer = () => {}
  const { keyring, last, ready, unlock } = await stage(() => new Promise((resolve) => (answer = resolve)))
  await ready('os')
  keyring.locks.lockWindows()
  const asked = unlock()
  const closed = keyring.locks.lockEverything()
  last().exit()
  await closed
  answer()
  await expect(asked).rejects.toMatchObject({ code: 'conflict' })
  expect(keyring.state()).toEqual({ is: 'closed' })
})
