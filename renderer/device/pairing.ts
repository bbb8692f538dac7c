/**
 * The new device's half of a pairing (contract/api/pairings.ts): it makes its keys, claims, shows its number and waits. What
 * it has so far is kept, so that a page that was closed or fell asleep goes on where it was.
 */
import { encode } from '@ipld/dag-cbor'
import { pairings } from '../../node-core/contract/api/pairings.ts'
import { isVivimError, VivimError } from '../../node-core/contract/errors.ts'
import type { Did } from '../../node-core/contract/ids.ts'
import { toBase64url } from '../base64url.ts'
import { ask, type Fetch } from '../client.ts'
import type { Kept } from '../kept.ts'
import { type DeviceKeys, type PairedDevice, sign } from './key.ts'
import { signInDevice } from './sign-in.ts'

/** A pairing that this browser began. */
export interface PendingPairing {
  readonly keys: DeviceKeys
  readonly name: string
  readonly kind: 'phone' | 'browser'
  /** The link's secret, or the code. */
  readonly secret: string
  /** What the node answered. */
  readonly claimed?: { readonly ticket: string; readonly account: Did; readonly instance: Did }
}

export interface PairingParts {
  readonly fetch: Fetch
  readonly pending: Kept<PendingPairing>
  readonly device: Kept<PairedDevice>
}

/** Between two questions how the pairing stands, in milliseconds. */
const pace = 1500

/**
 * Claims the pairing, or asks for it again: for the same device that changes nothing. Errors: `pairing-invalid`, after which
 * nothing is kept; `other-account` where this browser is a device of another account; `device-forked` where the key was in use
 * twice, as it is kept from then on; `unavailable`, after which it can be tried again.
 */
export async function claim({ fetch, pending, device: known }: PairingParts, asked: PendingPairing): Promise<PendingPairing> {
  const { keys, name, kind, secret } = asked
  const { did: device, encryption } = keys
  await pending.save(asked)
  const signature = toBase64url(await sign(keys, 'pairing', encode([secret, device, encryption, name, kind])))
  try {
    const answer = await ask(fetch, pairings['pairings.claim'], { secret, device, encryption, name, kind, signature })
    const { ticket, account, instance } = answer
    const before = await known.load()
    if (before && before.account !== account) throw new VivimError('other-account', 'This browser is a device of that one.')
    const claimed = { ...asked, claimed: { ticket, account, instance } }
    await pending.save(claimed)
    return claimed
  } catch (error) {
    if (!isVivimError(error, 'unavailable')) await pending.clear()
    if (isVivimError(error, 'device-forked')) {
      const before = await known.load()
      if (before?.did === device) await known.save({ ...before, forked: true })
    }
    throw error
  }
}

/**
 * Waits until somebody confirms or refuses; once confirmed, this browser is kept as a device. `heard` is told whether the
 * node answers. Errors: `pairing-invalid` where it is over; the signal's reason.
 */
export async function follow(
  parts: PairingParts,
  asked: PendingPairing & Required<Pick<PendingPairing, 'claimed'>>,
  heard: (answers: boolean) => void,
  signal: AbortSignal,
): Promise<'confirmed' | 'refused'> {
  const { fetch, pending, device } = parts
  const { keys, name, claimed } = asked
  const { ticket, account, instance } = claimed
  const admit = async (grant: string | undefined): Promise<'confirmed'> => {
    await device.save({ ...keys, name, account, instance, grant })
    await pending.clear()
    return 'confirmed'
  }
  for (;;) {
    try {
      const { state, grant } = await ask(fetch, pairings['pairings.progress'], { ticket }, undefined, signal)
      heard(true)
      if (state === 'confirmed') return await admit(grant)
      if (state === 'refused') {
        await pending.clear()
        return 'refused'
      }
    } catch (error) {
      if (isVivimError(error, 'pairing-invalid')) {
        // Over, or confirmed while this page slept: the key says which.
        if (await letIn(fetch, { ...keys, name, account, instance, grant: undefined }, signal)) return await admit(undefined)
        await pending.clear()
        throw error
      }
      if (!isVivimError(error, 'unavailable')) throw error
      heard(false)
    }
    await pause(pace, signal)
  }
}

async function letIn(fetch: Fetch, device: PairedDevice, signal: AbortSignal): Promise<boolean> {
  try {
    return (await signInDevice(fetch, device, undefined, signal)) !== undefined
  } catch (error) {
    if (error instanceof VivimError && !error.retryable) return false
    throw error
  }
}

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
  })
