/** Sending what waits while no page is open: the same exchange that a page does, by the device's own key. */
import { createClient, type Fetch } from '../client.ts'
import { type PairedDevice, sign } from '../device/key.ts'
import { signInDevice } from '../device/sign-in.ts'
import { keptInBrowser } from '../kept.ts'
import { openDatabase } from '../offline/database.ts'
import { exchange, exchangeLock, heldChannel } from '../offline/exchange.ts'
import { heldOf } from '../offline/held.ts'
import { timeOfNode } from '../offline/node-time.ts'
import { outboxOf } from '../offline/outbox.ts'

export interface Outside {
  readonly fetch: Fetch
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly random: (length: number) => Uint8Array<ArrayBuffer>
}

/** Rejects where the node does not answer: the browser then tries again. What is revoked or signed out sends nothing. */
export async function sendWaiting({ fetch, now, random }: Outside): Promise<void> {
  const device = await keptInBrowser<PairedDevice>(indexedDB, 'vivim-device', 'device').load()
  if (!device || device.forked) return
  const database = await openDatabase(random)
  try {
    const held = heldOf(database)
    const outbox = outboxOf(database, held)
    if ((await outbox.waiting()).length === 0) return
    const token = (await signInDevice(fetch, device))?.accessToken
    if (token === undefined) return
    const access = { token: () => token, renew: async () => false }
    const { call } = createClient(fetch, access, () => {
      throw new TypeError('A service worker uploads nothing.')
    })
    await navigator.locks.request(exchangeLock, async () => {
      const signer = { ...device, sign: (bytes: Uint8Array) => sign(device, 'event', bytes) }
      const { signal } = new AbortController()
      const done = await exchange({ call, outbox, signer, now, nodeTime: () => timeOfNode(fetch), random, signal })
      await held.outdate(done.touched === 'all' ? 'all' : [...done.touched])
    })
    const channel = new BroadcastChannel(heldChannel)
    channel.postMessage(true)
    channel.close()
  } finally {
    database.close()
  }
}
