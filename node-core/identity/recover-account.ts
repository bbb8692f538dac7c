/** Bringing an account's keys back with its phrase. */
import { createSecretKey } from 'node:crypto'
import { VivimError } from '../contract/errors.ts'
import { didOf, privateKeyOf } from '../crypto/ed25519.ts'
import { deriveSeed, parsePhrase, seedOf } from '../crypto/phrase.ts'
import { AesSealer } from '../crypto/seal.ts'
import { x25519Of } from '../crypto/x25519.ts'
import { rootsOf } from '../log/authority.ts'
import { authorityFrom, saidOf } from '../log/stored-authority.ts'
import { type AccountParts, dataKeysOf, findAccount, startAccount } from './accounts.ts'
import { encodeBundle, entryOf, type KeyBundle } from './bundle.ts'
import { recoverDataKeys } from './data-keys.ts'
import type { OpenAccount } from './keyring.ts'
import { commitmentTo, phraseKeys, presentRoot } from './roots.ts'

/**
 * Opens a store whose keychain entry is lost, with the phrase: the data keys come back, and this node becomes a new
 * device of the account (the lost device's key signs no more). Errors: `phrase-invalid`, `phrase-mismatch`, `seal-broken`.
 */
export async function recoverAccount(parts: AccountParts, text: string): Promise<OpenAccount> {
  const { reader, writer, keychain, random } = parts
  const seed = seedOf(parsePhrase(text))
  const did = didOf(privateKeyOf(deriveSeed(seed, 'root')))
  const row = await findAccount(reader, did)
  if (!row) throw new VivimError('phrase-mismatch', 'No account of this store grows from it.')
  const phrase = phraseKeys(text, did)
  const kek = random(32)
  const recovery = x25519Of(deriveSeed(seed, 'recovery'))
  const { keys, rewrap } = await recoverDataKeys(
    { account: row.id, did, kek: createSecretKey(kek) },
    await dataKeysOf(reader, row.id),
    recovery.privateKey,
    random,
  )
  const said = await saidOf(reader, row.id, AesSealer.from(keys.store, random))
  const bundle: KeyBundle = {
    v: 1,
    kek,
    // the one that lets devices in now: the first was replaced where it was stolen
    root: presentRoot(phrase, rootsOf(authorityFrom(did, said))).seed,
    device: random(32),
    encryption: random(32),
    successor: commitmentTo(phrase.successor(0)),
  }
  const device = didOf(privateKeyOf(bundle.device))
  await keychain.set(entryOf(device), encodeBundle(bundle))
  await writer.write([
    ...rewrap,
    {
      sql: 'UPDATE account SET device = ?, phrase_confirmed = 1 WHERE id = ?',
      parameters: [device, row.id],
    },
  ])
  return startAccount(parts, { ...row, device }, bundle, keys)
}
