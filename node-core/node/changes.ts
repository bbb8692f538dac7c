/** Hints for clients that something changed: a stream over the log, with resume. */
import type { store } from '../contract/api/store.ts'
import type { Did } from '../contract/ids.ts'
import type { Handler } from '../contract/method.ts'
import { follow, type Tail } from '../log/follow.ts'
import type { Reader } from '../ports/storage.ts'

export interface ChangeParts {
  tailOf(account: number): Tail
  accountOf(did: Did): { id: number }
  reader: Reader
}

export function changeStream({ tailOf, accountOf, reader }: ChangeParts): Handler<(typeof store)['events.stream']> {
  return async function* stream({ lastEventId }, { account: did, signal }) {
    const { id: account } = accountOf(did)
    const newest =
      (await reader.get<{ position: number | null }>('SELECT max(position) AS position FROM event WHERE account = ?', [account]))
        ?.position ?? 0
    // a position that is not of this store (a restore came between): anything may have changed
    const from = lastEventId === undefined ? newest : Number(lastEventId)
    if (from > newest) yield { id: String(newest), event: 'changed' as const, data: { position: newest, types: [] } }
    for await (const event of follow(tailOf(account), Math.min(from, newest), signal)) {
      yield { id: String(event.position), event: 'changed' as const, data: { position: event.position, types: [event.type] } }
    }
  }
}
