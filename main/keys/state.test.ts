import { expect, it } from 'vitest'
import { troubleOf } from '../../node-core/adapters/keychain-os/trouble.ts'
import { type ErrorCode, VivimError } from '../../node-core/contract/errors.ts'
import { type KeysFacts, stateOf, troubleFor } from './state.ts'

const facts: KeysFacts = {
  lock: { is: 'open' },
  how: 'click',
  node: { state: 'ready' },
  trouble: 'none',
  recovering: false,
}
const failed = (code: ErrorCode): KeysFacts['node'] => ({ state: 'failed', error: new VivimError(code), again: false })

it('shows the library where nothing stands before it', () => {
  expect(stateOf(facts)).toEqual({ is: 'open' })
  expect(stateOf({ ...facts, node: { state: 'starting' } })).toEqual({ is: 'opening' })
})

it('shows which lock is closed', () => {
  expect(stateOf({ ...facts, lock: { is: 'windows', by: 'idle' }, how: 'touch' })).toEqual({
    is: 'locked',
    by: 'idle',
    how: 'touch',
  })
  expect(stateOf({ ...facts, lock: { is: 'closed' }, node: { state: 'stopped' } })).toEqual({ is: 'closed' })
})

it('tells a new store without a keychain from an old one whose keychain is locked, and from one that lost its keys', () => {
  expect(stateOf({ ...facts, node: failed('keychain-absent') })).toEqual({ is: 'choose', trouble: 'none' })
  expect(stateOf({ ...facts, trouble: 'locked', node: failed('keychain-unavailable') })).toEqual({
    is: 'keychain',
    trouble: 'locked',
  })
  expect(stateOf({ ...facts, node: failed('keys-missing') })).toEqual({ is: 'missing' })
  expect(stateOf({ ...facts, node: failed('passphrase-needed') })).toEqual({ is: 'passphrase', wrong: false })
  expect(stateOf({ ...facts, node: failed('keychain-wrong-passphrase') })).toEqual({ is: 'passphrase', wrong: true })
  expect(stateOf({ ...facts, node: failed('phrase-mismatch'), recovering: true })).toMatchObject({ is: 'refused' })
  expect(stateOf({ ...facts, node: failed('store-too-new') })).toMatchObject({ is: 'failed', code: 'store-too-new' })
})

it('knows what is the matter with a keychain', () => {
  const because = (message: string) => troubleOf(new VivimError('keychain-unavailable', undefined, { cause: new Error(message) }))
  expect(because('Platform failure: DBus error: The name org.freedesktop.secrets was not provided by any .service files')).toBe(
    'none',
  )
  expect(because('Couldn’t access platform storage: Secret Service: unlock prompt was dismissed')).toBe('locked')
  expect(because('something else')).toBe('silent')
  expect(troubleOf(new VivimError('keychain-unavailable', 'There is no session bus to reach it by.'))).toBe('none')
  expect(troubleFor('none', 'kwallet6')).toBe('wallet')
  expect(troubleFor('locked', 'kwallet6')).toBe('locked')
  expect(troubleFor('none', 'basic_text')).toBe('none')
})
