import { describe, expect, it } from 'vitest'
import { keychainAcceptance } from '../../../tests/acceptance/keychain.ts'
import { VivimError } from '../../contract/errors.ts'
import { MemoryKeychain } from '../keychain-memory/keychain.ts'
import { type KeychainHolder, openHandedKeychain } from './keychain.ts'

/** An app that has its keychain in memory, and says what it was asked. */
function app(keychain = new MemoryKeychain()) {
  const asked: string[] = []
  let refuses: VivimError | undefined
  const asks = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    asked.push(what)
    if (refuses) throw refuses
    return await work()
  }
  const holder: KeychainHolder = {
    open: () => asks('open', async () => keychain.name),
    get: (entry) => asks(`get ${entry}`, () => keychain.get(entry)),
    set: (entry, secret) => asks(`set ${entry}`, () => keychain.set(entry, secret)),
    delete: (entry) => asks(`delete ${entry}`, () => keychain.delete(entry)),
  }
  return {
    holder,
    keychain,
    asked,
    refuse: (error: VivimError | undefined) => {
      refuses = error
    },
  }
}
const none = new Map<string, Uint8Array>()

keychainAcceptance('HandedKeychain', async () => {
  const { holder } = app()
  return { keychain: await openHandedKeychain({ holder, held: none }), reopen: () => openHandedKeychain({ holder, held: none }) }
})

describe('HandedKeychain', () => {
  it('has the name of the app’s keychain, and none where that cannot be opened', async () => {
    const { holder, refuse } = app()
    expect((await openHandedKeychain({ holder, held: none })).name).toBe('memory')
    refuse(new VivimError('keychain-unavailable'))
    await expect(openHandedKeychain({ holder, held: none })).rejects.toMatchObject({ code: 'keychain-unavailable' })
  })

  it('answers what it was handed without asking, and asks for the rest instead of calling it absent', async () => {
    const { holder, keychain, asked } = app()
    await keychain.set('b', Uint8Array.of(2))
    const handed = await openHandedKeychain({ holder, held: new Map([['a', Uint8Array.of(1)]]) })
    expect(await handed.get('a')).toEqual(Uint8Array.of(1))
    expect(await handed.get('b')).toEqual(Uint8Array.of(2))
    expect(await handed.get('b')).toEqual(Uint8Array.of(2))
    expect(await handed.get('c')).toBeUndefined()
    expect(asked).toEqual(['open', 'get b', 'get c'])
  })

  it('takes nothing for kept, deleted or absent that the app did not confirm', async () => {
    const { holder, refuse } = app()
    const handed = await openHandedKeychain({ holder, held: new Map([['a', Uint8Array.of(1)]]) })
    refuse(new VivimError('keychain-unavailable'))
    const unavailable = { code: 'keychain-unavailable' }
    await expect(handed.set('a', Uint8Array.of(9))).rejects.toMatchObject(unavailable)
    await expect(handed.delete('a')).rejects.toMatchObject(unavailable)
    await expect(handed.get('b')).rejects.toMatchObject(unavailable)
    expect(await handed.get('a')).toEqual(Uint8Array.of(1))
    refuse(undefined)
    expect(await handed.get('b')).toBeUndefined()
  })

  it('zeroes what it held when it forgets, and finds it again by asking', async () => {
    const { holder } = app()
    const secret = Uint8Array.of(1, 2, 3)
    const handed = await openHandedKeychain({ holder, held: new Map([['a', secret]]) })
    await handed.set('b', Uint8Array.of(4))
    handed.forget()
    expect(secret).toEqual(new Uint8Array(3))
    expect(await handed.get('b')).toEqual(Uint8Array.of(4))
    expect(await handed.get('a')).toBeUndefined()
  })
})
