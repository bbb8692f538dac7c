/** Which parts of imports the conversations of a scope are put together from. */
import type { SyncScope } from '../contract/api/sync.ts'
import { fromBase32 } from '../contract/ids.ts'
import type { Scopes } from '../ports/scopes.ts'
import type { KeysOf } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { nameOf } from './rows.ts'

const selectRecent =
  'SELECT id FROM conversation WHERE account = ? AND state = 0 AND document = 0 ORDER BY updated DESC, id DESC LIMIT ?'
const selectStarred = 'SELECT id FROM conversation WHERE account = ? AND state = 0 AND starred = 1'
const selectNamed = 'SELECT id FROM conversation WHERE account = ? AND name = ?'
const selectParts = 'SELECT chunk FROM contribution WHERE account = ? AND conversation = ?'

export const createScopes = ({ reader, keysOf }: { reader: Reader; keysOf: KeysOf }): Scopes => ({
  async partsIn(account, { recent = 0, starred = false, conversations = [] }: SyncScope) {
    const ids = new Set<number>()
    const take = async (sql: string, ...parameters: (number | Uint8Array)[]) => {
      for (const { id } of await reader.all<{ id: number }>(sql, [account, ...parameters])) ids.add(id)
    }
    if (recent > 0) await take(selectRecent, recent)
    if (starred) await take(selectStarred)
    const keys = keysOf(account)
    for (const conversation of conversations) await take(selectNamed, nameOf(keys, fromBase32(conversation)))
    const parts = new Set<number>()
    for (const id of ids)
      for (const { chunk } of await reader.all<{ chunk: number }>(selectParts, [account, id])) parts.add(chunk)
    return parts
  },
})
