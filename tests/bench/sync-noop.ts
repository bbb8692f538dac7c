/**
 * What a sync with nothing new costs a node, whatever the length of its log: the request decoded, answered and encoded, as
 * the door does it, without the socket. One store grows from 1,000 events on; with a cursor and by the clock alone.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { decode, encode } from '@ipld/dag-cbor'
import { systemRandom } from '../../node-core/adapters/clock.ts'
import { type SyncAnswer, sync } from '../../node-core/contract/api/sync.ts'
import { capabilities, type SessionId } from '../../node-core/contract/method.ts'
import { createDispatch } from '../../node-core/dispatch.ts'
import { createKeyring } from '../../node-core/identity/keyring.ts'
import { createScopes } from '../../node-core/library/scopes.ts'
import type { Change } from '../../node-core/log/append.ts'
import { syncHandlers } from '../../node-core/sync/handlers.ts'
import { benchFolder } from './kit/exports.ts'
import { median, percentile, printFigures, rounded, say } from './kit/figures.ts'
import { fillerOf } from './kit/filler.ts'
import { readOptions } from './kit/options.ts'
import { openWriting } from './kit/writing.ts'

const target = 1
const BATCH = 1000
const { size, rounds } = readOptions({ size: 1_000_000, seed: 1, rounds: 500 })
const folder = await mkdtemp(join(benchFolder, 'sync-noop-'))
const costs: Record<string, { cursor: number[]; clock: number[] }> = {}
try {
  await using writing = await openWriting(folder)
  const { writer, reader, opened: account } = writing
  const keyring = createKeyring(systemRandom)
  keyring.open(account)
  const handlers = syncHandlers({
    reader,
    keysOf: keyring.keysOf,
    accountOf: () => account,
    accept: (...call) => writer.accept(...call),
    filler: fillerOf(writing, keyring.keysOf),
    scopes: createScopes({ reader, keysOf: keyring.keysOf }),
  })
  const dispatch = createDispatch(sync, handlers)
  const caller = { kind: 'session' as const, account: account.did, session: 'a'.repeat(26) as SessionId, capabilities }
  const { signal } = new AbortController()
  const exchange = async (body: Uint8Array): Promise<Uint8Array> =>
    encode(await dispatch.call('sync.exchange', decode(body), caller, { signal }))
  /** Milliseconds of each of many. */
  const measured = async (request: object): Promise<number[]> => {
    const body = encode({ cursor: null, changes: [], ...request })
    const all: number[] = []
    for (let round = 0; round < rounds; round++) {
      const started = performance.now()
      await exchange(body)
      all.push(performance.now() - started)
    }
    return all
  }

  let held = 2
  const id = Buffer.alloc(16, 7)
  for (let length = 1000; length <= size; length *= 10) {
    say(`${length} events …`)
    for (; held < length; held += BATCH) {
      const changes = Array.from(
        { length: Math.min(BATCH, length - held) },
        (_, n): Change => ({ type: 'imports.started', parts: [{ import: id, name: `${held + n}`, format: null }] }),
      )
      await writer.append(account.id, changes)
    }
    const rows = await reader.all<{ did: string; seq: number }>('SELECT did, seq FROM device WHERE account = ?', [account.id])
    const vectorClock = Object.fromEntries(rows.map(({ did, seq }) => [did, seq]))
    const answer = decode<SyncAnswer>(await exchange(encode({ cursor: null, vectorClock, changes: [] })))
    if (answer.events.length > 0 || answer.more) throw new Error('There was something new.')
    await measured({ vectorClock })
    costs[length] = {
      cursor: await measured({ vectorClock, cursor: answer.newCursor }),
      clock: await measured({ vectorClock }),
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
const medians = Object.values(costs).flatMap(({ cursor, clock }) => [median(cursor), median(clock)])
printFigures({
  name: 'sync-noop',
  size,
  unit: 'ms',
  ours: Math.max(...medians),
  limit: null,
  target: `median ≤ ${target} ms at every length`,
  ok: Math.max(...medians) <= target,
  details: Object.fromEntries(
    Object.entries(costs).map(([length, { cursor, clock }]) => [
      length,
      {
        cursor: [0.5, 0.99].map((share) => rounded(percentile(cursor, share))),
        clock: [0.5, 0.99].map((share) => rounded(percentile(clock, share))),
      },
    ]),
  ),
})
