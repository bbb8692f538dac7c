/**
 * The page's session with its node. A sign-in link brings a secret once; from then on the session is renewed by proof
 * of this browser's key. A browser that is a device of the account signs in by the device's key instead. The access
 * token lives in this module's memory and nowhere else.
 */
import { type AccessToken, auth } from '../../node-core/contract/api/auth.ts'
import { isVivimError } from '../../node-core/contract/errors.ts'
import type { Did } from '../../node-core/contract/ids.ts'
import type { Capability, SessionId } from '../../node-core/contract/method.ts'
import { type Access, ask, type Fetch } from '../client.ts'
import type { PairedDevice } from '../device/key.ts'
import type { PairingParts, PendingPairing } from '../device/pairing.ts'
import type { Kept } from '../kept.ts'
import { type KeptSession, makeKey, signChallenge } from './session-key.ts'

/**
 * `no-session`: nothing was kept here. `link-invalid`: the link was used or is too old. `ended`: by the node. `left`: here.
 * `revoked`: the account threw this device out, for good. `forgotten`: here, by a person who pairs it as another device.
 * `other-node`: another node than this device’s answers. `forked`: the device’s key was in use twice, and it needs a new one.
 */
export type SignedOutWhy = 'no-session' | 'link-invalid' | 'ended' | 'left' | 'revoked' | 'forgotten' | 'other-node' | 'forked'

export type Standing =
  | { state: 'starting' }
  | { state: 'signed-in' }
  | { state: 'signed-out'; why: SignedOutWhy }
  /** This browser asks to become a device; with a link's secret, or with a code that the person types. */
  | { state: 'pairing'; secret: string | undefined }
  | { state: 'offline' }
  | { state: 'failed'; error: Error }

export interface Session extends Access {
  readonly standing: Standing
  /** Names the session to the node; undefined where there is none. Not a secret. */
  readonly id: SessionId | undefined
  /** Calls `changed` whenever the standing changes; answers how to stop that. */
  subscribe(changed: () => void): () => void
  /** What the node lets this session do. */
  readonly may: readonly Capability[]
  /** The device that this browser is, once it has signed in as one. */
  readonly device: Did | undefined
  /** For the screen on which this browser is paired. */
  readonly pairing: PairingParts
  /**
   * Signs in with a link's secret, or with what this browser kept, or goes on with a pairing. Never throws: the standing says
   * how it went.
   */
  start(entry?: Entry): Promise<void>
  /** Shows the screen on which this browser asks to be paired. */
  pair(secret?: string): void
  /** This browser was paired: what it had of a link's session ends. */
  paired(): Promise<void>
  /** Forgets the key of the device that this browser was. */
  forget(): Promise<void>
  /** Ends the session at the node and forgets its key here. Throws, and is signed in still, where the node cannot be asked. */
  leave(): Promise<void>
}

/** What an address brought: the secret of a sign-in link, or of a pairing. */
export type Entry = { link: string } | { pair: string }

export interface SessionParts {
  fetch: Fetch
  /** Where the session of a link is kept. */
  store: Kept<KeptSession>
  /** Where this browser is kept as a device; it comes before a session. */
  device: Kept<PairedDevice>
  /** Where a pairing under way is kept. */
  pending: Kept<PendingPairing>
  /** What the list of sessions calls this browser. */
  name: string
}

export function createSession({ fetch, store, device, pending, name }: SessionParts): Session {
  let standing: Standing = { state: 'starting' }
  let token: string | undefined
  let id: SessionId | undefined
  let renewing: Promise<boolean> | undefined
  /** A link's secret until the node has answered to it. */
  let unused: string | undefined
  let may: readonly Capability[] = []
  let own: Did | undefined
  const listeners = new Set<() => void>()
  const become = (next: Standing) => {
    standing = next
    for (const listener of listeners) listener()
  }

  /** What asks in the background takes nobody off the screen on which this browser is paired. */
  const end = (why: SignedOutWhy) => {
    if (standing.state !== 'pairing') become({ state: 'signed-out', why })
  }

  const exchange = async (secret: string): Promise<void> => {
    const { key, publicKey } = await makeKey()
    const answer = await ask(fetch, auth['auth.link'], { secret, publicKey, name })
    token = answer.accessToken
    id = answer.session
    may = answer.capabilities
    await store.save({ session: id, instance: answer.instance, key })
  }

  let refreshToken: string | undefined
  /** Undefined where this browser is no device of the account. */
  const proveDevice = async (signal?: AbortSignal): Promise<boolean | undefined> => {
    const kept = await device.load()
    if (!kept) return undefined
    // What only devices need is loaded by devices alone.
    const { signInDevice } = await import('../device/sign-in.ts')
    try {
      const answer = await signInDevice(fetch, kept, refreshToken, signal)
      token = answer?.accessToken
      refreshToken = answer?.refreshToken
      may = answer?.capabilities ?? []
      own = answer?.device
      if (!answer) end('other-node')
      return answer !== undefined
    } catch (error) {
      if (!isVivimError(error, 'device-revoked', 'device-forked', 'unauthenticated')) throw error
      token = undefined
      refreshToken = undefined
      // A node that does not know the device may have lost it, with a backup: only its word that the device was revoked counts.
      if (error.code === 'device-revoked') {
        await device.clear()
        become({ state: 'signed-out', why: 'revoked' })
      }
      if (error.code === 'device-forked') {
        await device.save({ ...kept, forked: true })
        end('forked')
      }
      return false
    }
  }

  const proveSession = async (signal?: AbortSignal): Promise<boolean> => {
    const kept = await store.load()
    if (!kept) return false
    id = kept.session
    try {
      const renewed = await refresh(fetch, kept, signal)
      token = renewed?.accessToken
      may = renewed?.capabilities ?? []
      return renewed !== undefined
    } catch (error) {
      if (!isVivimError(error, 'session-expired', 'unauthenticated')) throw error
      token = undefined
      await store.clear()
      return false
    }
  }

  /** A new token by proof of a key; false where there is no session any more. */
  const prove = async (signal?: AbortSignal): Promise<boolean> => (await proveDevice(signal)) ?? (await proveSession(signal))

  const start = async (entry?: Entry): Promise<void> => {
    if (entry && 'pair' in entry) return become({ state: 'pairing', secret: entry.pair })
    unused = entry?.link ?? unused
    // Trying again in the background changes nothing on the screen until there is something to say.
    if (standing.state !== 'offline') become({ state: 'starting' })
    try {
      if (unused === undefined && (await pending.load())) return become({ state: 'pairing', secret: undefined })
      const link = unused === undefined ? 'none' : (await accepted(exchange(unused))) ? 'accepted' : 'refused'
      unused = undefined
      if (link === 'accepted' || (await prove())) become({ state: 'signed-in' })
      else if (standing.state !== 'signed-out')
        become({ state: 'signed-out', why: link === 'refused' ? 'link-invalid' : 'no-session' })
    } catch (error) {
      if (isVivimError(error, 'unavailable')) become({ state: 'offline' })
      else become({ state: 'failed', error: error instanceof Error ? error : new Error(String(error)) })
    }
  }

  return {
    get standing() {
      return standing
    },
    get id() {
      return id
    },
    get may() {
      return may
    },
    get device() {
      return own
    },
    pairing: { fetch, pending, device },
    start,
    pair: (secret) => become({ state: 'pairing', secret }),
    async paired() {
      become({ state: 'starting' })
      try {
        if (await proveSession()) await ask(fetch, auth['auth.end'], {}, token)
      } catch {
        // It ends by itself, and could be ended by hand.
      }
      await store.clear()
      await start()
    },
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    token: () => token,
    async renew(signal) {
      // Several requests may be refused at once: one proof serves them all.
      renewing ??= prove(signal).finally(() => {
        renewing = undefined
      })
      const renewed = await renewing
      if (!renewed && standing.state !== 'signed-out') end('ended')
      // The node answers again to a page that showed what it holds meanwhile.
      if (renewed && standing.state === 'offline') become({ state: 'signed-in' })
      return renewed
    },
    async forget() {
      await device.clear()
      await pending.clear()
      become({ state: 'signed-out', why: 'forgotten' })
    },
    async leave() {
      const end = () => ask(fetch, auth['auth.end'], {}, token)
      try {
        await end()
      } catch (error) {
        if (!isVivimError(error, 'unauthenticated', 'session-expired')) throw error
        // The token may only have been too old; where there is no session any more nothing is left to end.
        if (await prove()) await end()
      }
      token = undefined
      refreshToken = undefined
      await device.clear()
      await store.clear()
      become({ state: 'signed-out', why: 'left' })
    },
  }
}

/** False where the link is used, too old or cut short: a session that this browser already has may still hold. */
async function accepted(exchange: Promise<void>): Promise<boolean> {
  try {
    await exchange
    return true
  } catch (error) {
    if (isVivimError(error, 'link-invalid', 'bad-request')) return false
    throw error
  }
}

/** Undefined where another node answers at this address: its challenge may have been taken from ours. */
async function refresh(fetch: Fetch, kept: KeptSession, signal?: AbortSignal): Promise<AccessToken | undefined> {
  const { challenge, audience } = await ask(fetch, auth['auth.renew-challenge'], { session: kept.session }, undefined, signal)
  if (audience !== kept.instance) return undefined
  const signature = await signChallenge(kept, challenge)
  return await ask(fetch, auth['auth.renew'], { session: kept.session, challenge, signature }, undefined, signal)
}
