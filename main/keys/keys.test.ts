import { expect, it } from 'vitest'
import type { ToNode } from '../../node-core/contract/desktop.ts'
import type { StartKeys } from '../../node-core/contract/desktop-keys.ts'
import { createKeys } from './keys.ts'

const text = (bytes: Uint8Array | undefined): string | undefined => bytes && new TextDecoder().decode(bytes)

function stage(held: StartKeys['held'] = []) {
  const said: ToNode[] = []
  let locked = false
  const keys = createKeys({
    door: { held: async () => held, answer: async () => ({ secret: Uint8Array.of(9) }), trouble: undefined },
    say: (message) => void said.push(structuredClone(message)),
    windowsLocked: () => locked,
    changed: () => undefined,
  })
  const answer = (message: ToNode) => void said.push(structuredClone(message))
  return {
    keys,
    said,
    answer,
    lock: () => {
      locked = true
    },
  }
}
const inFile = { type: 'keys-place', place: { backend: 'file', name: 'passphrase file' } } as const

it('gives a start what it needs, wipes it behind it, and the words only once', async () => {
  const secret = Uint8Array.of(1, 2, 3)
  const { keys, answer } = stage([{ entry: 'device:a', secret }])
  keys.recover('all my words', 'long enough')
  const first = (await keys.gather()).keys
  expect(text(first?.phrase)).toBe('all my words')
  expect(text(first?.passphrase)).toBe('long enough')
  expect(keys.recovering).toBe(true)
  keys.hear(inFile, answer)
  for (const bytes of [secret, first?.phrase, first?.passphrase]) expect(bytes?.every((byte) => byte === 0)).toBe(true)
  const second = (await keys.gather()).keys
  expect(second?.phrase).toBeUndefined()
  expect(text(second?.passphrase)).toBe('long enough')
  expect(keys.recovering).toBe(false)
})

it('forgets a passphrase that was wrong, and everything when it is told to', async () => {
  const { keys, answer } = stage()
  keys.give('wrong')
  await keys.gather()
  keys.hear({ type: 'failed', code: 'keychain-wrong-passphrase', text: '' }, answer)
  expect((await keys.gather()).keys).toEqual({ held: [] })
  keys.give('right')
  await keys.gather()
  keys.hear(inFile, answer)
  expect(keys.about).toEqual({ place: 'file', name: 'passphrase file', typed: true })
  keys.forget()
  expect(keys.about).toBeUndefined()
  expect((await keys.gather()).keys).toEqual({ held: [] })
})

it('keeps the passphrase that opens the file now', async () => {
  const { keys, said, answer } = stage()
  keys.give('the old one')
  await keys.gather()
  keys.hear(inFile, answer)
  const done = (code?: string) => {
    const { ask } = said.at(-1) as ToNode & { type: 'keys' }
    keys.hear({ type: 'keys-answer', ask, ...(code && { failed: { code, text: '' } }) }, answer)
  }
  const change = (next: string) =>
    keys.task({ do: 'change-passphrase', current: Buffer.from('the old one'), next: Buffer.from(next) })
  const refused = change('never taken')
  done('keychain-wrong-passphrase')
  await expect(refused).rejects.toMatchObject({ code: 'keychain-wrong-passphrase' })
  expect(text((await keys.gather()).keys?.passphrase)).toBe('the old one')
  keys.hear(inFile, answer)
  const taken = change('the next one')
  done()
  await taken
  expect(text((await keys.gather()).keys?.passphrase)).toBe('the next one')
  keys.hear(inFile, answer)
  const moved = keys.task({ do: 'move-to-keychain', current: Buffer.from('the next one') })
  done()
  await moved
  expect((await keys.gather()).keys).toEqual({ held: [] })
})

it('waits for no answer of a node that has ended', async () => {
  const { keys, answer } = stage()
  await keys.gather()
  await expect(keys.task({ do: 'check', passphrase: Buffer.from('x') })).rejects.toMatchObject({ code: 'unavailable' })
  keys.hear(inFile, answer)
  const asked = keys.task({ do: 'check', passphrase: Buffer.from('x') })
  await keys.gather()
  await expect(asked).rejects.toMatchObject({ code: 'unavailable' })
})

it('lets no session begin while the windows are locked', () => {
  const { keys, said, answer, lock } = stage()
  keys.hear({ type: 'session', token: 't', expiresAt: 1 }, answer)
  expect(said).toEqual([])
  lock()
  keys.hear({ type: 'session', token: 't', expiresAt: 1 }, answer)
  expect(said).toEqual([{ type: 'lock' }])
})
