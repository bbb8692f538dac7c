import { keychainAcceptance } from '../../../tests/acceptance/keychain.ts'
import { MemoryKeychain } from './keychain.ts'

keychainAcceptance('MemoryKeychain', async () => ({ keychain: new MemoryKeychain() }))
