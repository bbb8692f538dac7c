/** Which of the events that came are taken in together: a run is never cut, and no step takes long. */
import type { Did } from '../contract/ids.ts'
import { type Incoming, type ReadyEvent, readyEvent } from './accept-check.ts'
import type { Call } from './accept-judge.ts'

const STEP_BYTES = 512 * 1024

/**
 * The next events, up to so many, and not many bytes; one always. A run of events of which the last alone is signed is not
 * cut.
 */
export function groupOf(
  { account, sealer }: Call,
  incoming: readonly Incoming[],
  from: number,
  most: number,
): Attempt<ReadyEvent>[] {
  const group: Attempt<ReadyEvent>[] = []
  const open = new Set<Did>()
  let bytes = 0
  for (let at = from; at < incoming.length; at++) {
    const event = incoming[at] as Incoming
    bytes += event.envelope.length + event.chunks.reduce((sum, chunk) => sum + (chunk?.length ?? 0), 0)
    if (group.length > 0 && open.size === 0 && (group.length >= most || bytes > STEP_BYTES)) break
    const one = attempt(() => readyEvent(account, event, sealer))
    group.push(one)
    if (!one.value) continue
    const { sig, envelope } = one.value.signed
    if (sig.length > 0) open.delete(envelope.device)
    else open.add(envelope.device)
  }
  return group
}

type Attempt<T> = { value: T; error?: undefined } | { value?: undefined; error: unknown }
function attempt<T>(work: () => T): Attempt<T> {
  try {
    return { value: work() }
  } catch (error) {
    return { error }
  }
}
