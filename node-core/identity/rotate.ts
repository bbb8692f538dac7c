/** The next data key begins long before one has sealed as often as it may. */
import { createSecretKey } from 'node:crypto'
import { VivimError } from '../contract/errors.ts'
import type { RandomBytes } from '../ports/clock.ts'
import type { Keychain } from '../ports/keychain.ts'
import type { Query, Reader } from '../ports/storage.ts'
import { dataKeysOf } from './accounts.ts'
import { decodeBundle, entryOf } from './bundle.ts'
import { newDataKey, ROTATE_AT } from './data-keys.ts'
import type { OpenAccount } from './keyring.ts'

export interface RotateParts {
  reader: Reader
  keychain: Keychain
  random: RandomBytes
  writer: { write(queries: readonly Query[]): Promise<void> }
}

/**
 * Gives an account new data keys of the kinds whose newest has sealed `limit` times; undefined where none has. The
 * caller opens what is answered wherever the account is open, the writer first. Blobs count no seals: each file has a
 * key of its own.
 */
export async function rotateKeys(parts: RotateParts, account: OpenAccount, limit = ROTATE_AT): Promise<OpenAccount | undefined> {
  const rows = await dataKeysOf(parts.reader, account.id)
  let rotated = account
  for (const kind of ['store', 'search'] as const) {
    const { current, keys } = rotated[kind]
    const used = rows.find((row) => row.kind === kind && row.number === current)?.sealed ?? 0
    if (used < limit) continue
    const stored = await parts.keychain.get(entryOf(account.device))
    const header = await parts.reader.get<{ recovery: Uint8Array }>('SELECT recovery FROM account WHERE id = ?', [account.id])
    if (!stored || !header) throw new VivimError('keys-missing')
    const to = {
      account: account.id,
      did: account.did,
      kek: createSecretKey(decodeBundle(stored).kek),
      recovery: header.recovery,
    }
    const { key, insert } = await newDataKey(to, kind, current + 1, parts.random)
    await parts.writer.write([insert])
    rotated = { ...rotated, [kind]: { current: current + 1, keys: new Map([...keys, [current + 1, key]]) } }
  }
  return rotated === account ? undefined : rotated
}
