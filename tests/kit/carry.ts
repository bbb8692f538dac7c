/** Carrying events between two served nodes of one account over their own interface, as any program could. */
import type { PlainHttp } from './plain-http.ts'

/** Until neither gives the other anything; answers what was refused, and whether both say the same root at the end. */
export async function carry(a: PlainHttp, b: PlainHttp): Promise<{ refused: unknown[]; equal: boolean }> {
  const refused: unknown[] = []
  for (let turn = 0; turn < 100; turn++) {
    const clocks = await Promise.all([a, b].map(async (one) => (await one.json('sync.exchange')).vectorClock))
    const [fromA, fromB] = await Promise.all([
      a.json('sync.exchange', { vectorClock: clocks[1] }),
      b.json('sync.exchange', { vectorClock: clocks[0] }),
    ])
    if (fromA.events.length === 0 && fromB.events.length === 0) return { refused, equal: fromA.merkleRoot === fromB.merkleRoot }
    const there = await b.json('sync.exchange', { vectorClock: fromA.vectorClock, changes: fromA.events })
    const back = await a.json('sync.exchange', { vectorClock: fromB.vectorClock, changes: fromB.events })
    refused.push(...there.rejected, ...back.rejected)
    if (there.rejected.length + back.rejected.length > 0) return { refused, equal: false }
  }
  throw new Error('The nodes never come to an end.')
}
