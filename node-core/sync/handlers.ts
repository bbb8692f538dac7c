/** The methods by which another device brings itself and this node to the same state. */
import type { SyncAnswer, sync } from '../contract/api/sync.ts'
import { catalogue, VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import type { Handlers } from '../contract/method.ts'
import type { Makers, Outcome } from '../log/accept.ts'
import type { Incoming } from '../log/accept-check.ts'
import { eventIdOf } from '../log/cid.ts'
import type { Scopes } from '../ports/scopes.ts'
import type { KeysOf } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import type { Acknowledged } from './acknowledged.ts'
import type { Filler } from './fill.ts'
import { merkleRoot } from './merkle.ts'
import { type ChainEnd, clockOf, epochOf, floorOf, readHeld, readId, readLacking, readParts } from './read.ts'

export interface SyncParts {
  reader: Reader
  keysOf: KeysOf
  accountOf(did: Did): { id: number; did: Did }
  accept(account: number, events: readonly Incoming[], makers: Makers): Promise<Outcome[]>
  filler: Filler
  scopes: Scopes
  /** Where it is noted what devices hold. */
  acknowledged?: Acknowledged
}

/** Live connections exchange too. */
export type SyncHandlers = Omit<Handlers<typeof sync>, 'sync.exchange'> & {
  'sync.exchange'(...call: Parameters<Handlers<typeof sync>['sync.exchange']>): Promise<SyncAnswer>
}

export function syncHandlers({ reader, keysOf, accountOf, accept, filler, scopes, acknowledged }: SyncParts): SyncHandlers {
  return {
    async 'sync.exchange'({ cursor, vectorClock, changes, scope }, call): Promise<SyncAnswer> {
      const { id } = accountOf(call.account)
      if (changes.length > 0 && !call.capabilities.includes('write')) throw new VivimError('forbidden')
      const outcomes = changes.length > 0 ? await accept(id, changes, call.device ?? 'any') : []
      const epoch = await epochOf(reader, id)
      const held = await readHeld(reader, id)
      const whole = held.heads.every(({ device, seq }) => seq <= (vectorClock[device] ?? 0))
      if (call.device) await acknowledged?.note(id, call.device, vectorClock, whole)
      const { sealer } = keysOf(id)
      const within = scope && (() => scopes.partsIn(id, scope))
      const page = await readLacking(reader, { id, sealer, within }, held, vectorClock, floorOf(cursor, epoch, held))
      return {
        events: page.events,
        newCursor: { epoch, seq: page.position },
        vectorClock: clockOf(held),
        merkleRoot: merkleRoot(held.heads),
        more: page.more,
        lacks: await filler.count(id),
        rejected: outcomes.flatMap(({ event, code, detail }, change) =>
          code === undefined
            ? []
            : {
                change,
                event: event ? eventIdOf(event.id) : null,
                code,
                retryable: catalogue[code].retryable,
                ...(detail === undefined ? {} : { detail }),
              },
        ),
      }
    },
    async 'sync.parts'({ scope, after }, { account }) {
      return await readParts(reader, await scopes.partsIn(accountOf(account).id, scope), after)
    },
    async 'sync.fill'({ given, wanted, after }, call) {
      const account = accountOf(call.account)
      const gives = given.parts.length + given.blobs.length > 0
      if (gives && !call.capabilities.includes('write')) throw new VivimError('forbidden')
      if (gives) await filler.take(account, given)
      const { wanted: lacking, next } = await filler.lacking(account, after)
      return { given: await filler.read(account, wanted), lacking, next }
    },
    async 'sync.heads'({ device, seq }, call) {
      const { id } = accountOf(call.account)
      const held = await readHeld(reader, id)
      let heads: ChainEnd[] = held.heads.filter((head) => device === undefined || head.device === device)
      if (device !== undefined && seq !== undefined) {
        const found = await readId(reader, id, held, device, seq)
        heads = found ? [{ device, seq, id: found }] : []
      } else if (seq !== undefined) throw new VivimError('bad-request', 'A number needs its device.')
      return {
        heads: heads.map((head) => ({ device: head.device, seq: head.seq, id: eventIdOf(head.id) })),
        merkleRoot: merkleRoot(held.heads),
      }
    },
  }
}
