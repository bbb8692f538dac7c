/**
 * A node that is synced with: fills a store with a mixed log, and answers at a door of its own, in a process of its own.
 * Asked to, it lets a device in, makes a tag and says when it began, or says when it has so many events of a device, in
 * nanoseconds of the machine's own clock.
 */

import { encode } from '@ipld/dag-cbor'
import { z } from 'zod'
import { systemClock, systemRandom } from '../../../node-core/adapters/clock.ts'
import { did } from '../../../node-core/contract/api/fields.ts'
import { signGrant } from '../../../node-core/crypto/grants.ts'
import { createKeyring } from '../../../node-core/identity/keyring.ts'
import { createScopes } from '../../../node-core/library/scopes.ts'
import { createWakeups } from '../../../node-core/log/follow.ts'
import { syncHandlers } from '../../../node-core/sync/handlers.ts'
import { syncChannel } from '../../../node-core/sync/live.ts'
import { openDoor } from '../../kit/door.ts'
import { fillerOf } from './filler.ts'
import { mixedChanges, tagChange, taken } from './mixed-log.ts'
import { openWriting } from './writing.ts'

const [folder = '', size = '0', seed = '1'] = process.argv.slice(2)
const wakeups = createWakeups()
await using writing = await openWriting(folder, undefined, (news) => {
  if (news.news === 'commit') wakeups.wake(news.account)
})
const { writer, reader, opened: account } = writing
const keyring = createKeyring(systemRandom)
keyring.open(account)
const changes = mixedChanges(account.did, Number(seed))
for (let made = 0; made < Number(size); made += 500)
  await writer.append(account.id, taken(changes, Math.min(500, Number(size) - made)))

const accountOf = () => account
const filler = fillerOf(writing, keyring.keysOf)
const scopes = createScopes({ reader, keysOf: keyring.keysOf })
const handlers = syncHandlers({
  reader,
  keysOf: keyring.keysOf,
  accountOf,
  accept: (...call) => writer.accept(...call),
  filler,
  scopes,
})
const live = syncChannel({
  reader,
  keysOf: keyring.keysOf,
  accountOf,
  exchange: (request, { caller, signal }) => handlers['sync.exchange'](request, { caller: 'session', ...caller, signal }),
  changed: wakeups.next,
  scopes,
  lacking: filler.count,
  onError: (error) => process.send?.({ error: String(error) }),
})
await using door = await openDoor({ handlers, accounts: [account.did], live: [live] })
const { accessToken: token } = await door.signIn(account.did)
process.send?.({ origin: `http://127.0.0.1:${door.port}`, token, account: account.did })

const order = z.union([
  z.object({ tag: z.string() }),
  z.object({ await: z.string(), seq: z.number() }),
  z.object({ admit: did, encryption: z.string() }),
])
process.on('message', async (message: unknown) => {
  const asked = order.parse(message)
  if ('tag' in asked) {
    const began = process.hrtime.bigint()
    await writer.append(account.id, [tagChange(account.did, asked.tag)])
    process.send?.({ nanoseconds: `${began}` })
    return
  }
  if ('admit' in asked) {
    const grant = signGrant(
      {
        account: account.did,
        device: asked.admit,
        name: 'second',
        kind: 'server',
        capabilities: ['read', 'write'],
        notBefore: systemClock.now(),
        expires: null,
        encryption: Uint8Array.from(Buffer.from(asked.encryption, 'base64url')),
        issuer: account.device,
      },
      account.deviceKey,
    )
    await writer.append(account.id, [{ type: 'device.granted', parts: [grant] }])
    process.send?.({ grant: Buffer.from(encode(grant)).toString('base64url') })
    return
  }
  for (;;) {
    const woken = wakeups.next(account.id, new AbortController().signal)
    const row = await reader.get<{ seq: number }>('SELECT seq FROM device WHERE account = ? AND did = ?', [
      account.id,
      asked.await,
    ])
    if ((row?.seq ?? 0) >= asked.seq) break
    await woken
  }
  process.send?.({ nanoseconds: `${process.hrtime.bigint()}` })
})
await new Promise((resolve) => process.once('disconnect', resolve))
