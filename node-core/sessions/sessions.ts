/**
 * Sessions: who is signed in. All of them stand in memory, so that every request sees a revocation at once;
 * those that can be renewed rest in the store too.
 */
import type { KeyObject } from 'node:crypto'
import type { AccessToken, DeviceToken, PublicKey } from '../contract/api/auth.ts'
import type { SignedEvent } from '../contract/api/sync.ts'
import { isVivimError, VivimError } from '../contract/errors.ts'
import { type Did, toBase32 } from '../contract/ids.ts'
import type { Capability, SessionId } from '../contract/method.ts'
import type { Clock, RandomBytes } from '../ports/clock.ts'
import { createDeviceChallenges, judgeToken, refreshTokenOf, splitRefreshToken } from './device-proofs.ts'
import { createLinks } from './links.ts'
import { createChallenges, parsePublicKey, proofBytes, verifyProof } from './proofs.ts'
import type { SessionRecord, SessionStore } from './store.ts'
import { createTokens, type NodeKey, tokenLifetime } from './tokens.ts'

/** A session that nobody renewed for so long ends. */
export const sessionLifetime = 90 * 24 * 3_600_000
/** Of one account; the one longest unused makes room. */
const mostSessions = 100
/** Of one device: each of a browser's pages has one. */
const mostOfDevice = 16

interface Live {
  readonly record: SessionRecord
  readonly key: KeyObject | undefined
  readonly ended: AbortController
}

/** A session whose token is genuine, in time, and not ended. */
export interface ActiveSession {
  readonly account: Did
  readonly session: SessionId
  /** The device that proved itself; absent for a session of a link. */
  readonly device?: Did
  readonly capabilities: readonly Capability[]
  /** Aborted when the session ends. */
  readonly ended: AbortSignal
}

/** What sessions need to know of devices, as it is now. */
export interface DeviceCheck {
  /** What the device's grant allows; undefined where it has none that stands at this moment. */
  capabilitiesOf(account: Did, device: Did): readonly Capability[] | undefined
  /** Whether it was granted and then revoked. */
  isRevoked(account: Did, device: Did): boolean
  /** Whether its key was in use twice. */
  isForked(account: Did, device: Did): boolean
  /** Takes in a device that is not known yet by its first event, where the account's root let it in; else nothing happens. */
  introduce(account: Did, device: Did, first: SignedEvent): Promise<void>
}

export type Sessions = Awaited<ReturnType<typeof createSessions>>

/** Reads the sessions that the store keeps. */
export async function createSessions({
  clock,
  random,
  nodeKey,
  store,
  devices,
}: {
  clock: Clock
  random: RandomBytes
  nodeKey: NodeKey
  store: SessionStore
  devices: DeviceCheck
}) {
  const links = createLinks({ clock, random })
  const challenges = createChallenges({ clock, random })
  const deviceChallenges = createDeviceChallenges({ clock, random }, nodeKey.did)
  const tokens = createTokens({ clock, nodeKey })
  const live = new Map<SessionId, Live>()

  const endOf = ({ key, device, used, created }: SessionRecord) =>
    key || device ? used + sessionLifetime : created + tokenLifetime
  const admit = (record: SessionRecord) =>
    live.set(record.id, {
      record,
      key: record.key && parsePublicKey(record.key),
      ended: new AbortController(),
    })
  const find = (id: SessionId): Live | undefined => {
    const found = live.get(id)
    return found && endOf(found.record) > clock.now() ? found : undefined
  }
  const endAll = async (which: (record: SessionRecord) => boolean): Promise<void> => {
    const records = [...live.values()].map(({ record }) => record).filter(which)
    for (const { id } of records) {
      // In memory first: from here on nothing is answered, even if the store fails.
      live.get(id)?.ended.abort(new VivimError('session-expired'))
      live.delete(id)
      challenges.forget(id)
    }
    await store.delete(records)
  }
  const tokenFor = async (record: SessionRecord): Promise<AccessToken> => {
    const { id: session, account, capabilities } = record
    const { token, expires } = await tokens.issue({ account, session, capabilities, expires: clock.now() + tokenLifetime })
    return { accessToken: token, expiresAt: expires, session, account, capabilities: [...capabilities], instance: nodeKey.did }
  }
  const ownActive = (claims: Omit<ActiveSession, 'ended'>): ActiveSession => {
    const found = find(claims.session)
    if (!found || found.record.account !== claims.account || found.record.device?.did !== claims.device)
      throw new VivimError('session-expired')
    const active = { ...claims, ended: found.ended.signal }
    if (!claims.device) return active
    const granted = devices.capabilitiesOf(claims.account, claims.device)
    if (!granted) throw new VivimError('session-expired')
    return { ...active, capabilities: claims.capabilities.filter((one) => granted.includes(one)) }
  }
  /** Takes a new session in; the longest unused make room for it. */
  const begin = async (record: SessionRecord): Promise<void> => {
    await endAll((one) => endOf(one) <= record.created)
    const mine = [...live.values()].map((one) => one.record).filter(({ account }) => account === record.account)
    mine.sort((a, b) => b.used - a.used)
    const surplus = new Set(mine.slice(mostSessions - 1))
    if (record.device) {
      const { did } = record.device
      for (const one of mine.filter(({ device }) => device?.did === did).slice(mostOfDevice - 1)) surplus.add(one)
    }
    if (surplus.size > 0) await endAll((one) => surplus.has(one))
    await store.put(record)
    admit(record)
  }
  const deviceTokenFor = async (record: SessionRecord): Promise<DeviceToken> => {
    const { id: session, account, device } = record
    const granted = device && devices.capabilitiesOf(account, device.did)
    if (!granted) throw new VivimError('session-expired')
    // before the wait: another turn may come meanwhile
    const refreshToken = refreshTokenOf(session, device.family)
    const claims = { account, session, device: device.did, capabilities: granted }
    const { token, expires } = await tokens.issue({ ...claims, expires: clock.now() + tokenLifetime })
    return { ...claims, capabilities: [...granted], accessToken: token, expiresAt: expires, instance: nodeKey.did, refreshToken }
  }

  for (const record of await store.all()) admit(record)
  const sweep = () => endAll((record) => endOf(record) <= clock.now())
  await sweep()

  return {
    /** Makes a sign-in link; answers its path and fragment. */
    createLink(account: Did, capabilities: readonly Capability[]): { link: string; expires: number } {
      const { secret, expires } = links.create({ account, capabilities })
      return { link: `/#link=${secret}`, expires }
    },

    /** Exchanges a link's secret for a session; `link-invalid`. */
    async redeemLink(secret: string, key: PublicKey | undefined, name: string | undefined): Promise<AccessToken> {
      if (key) parsePublicKey(key)
      const grant = links.redeem(secret)
      if (!grant) throw new VivimError('link-invalid')
      const now = clock.now()
      const record: SessionRecord = {
        ...grant,
        id: toBase32(random(16)) as SessionId,
        name: name ?? null,
        created: now,
        used: now,
        key,
      }
      await begin(record)
      return tokenFor(record)
    },

    /** A challenge, for unknown sessions too: whoever asks learns nothing. */
    challenge(session: SessionId): { challenge: string; expires: number } {
      return challenges.create(session, find(session) !== undefined)
    },

    /** A new access token for a signed challenge; `session-expired`, `unauthenticated`. */
    async renew(session: SessionId, challenge: string, signature: string): Promise<AccessToken> {
      const fresh = challenges.take(session, challenge)
      const found = find(session)
      if (!found?.key) throw new VivimError('session-expired')
      const proven = fresh && verifyProof(found.key, proofBytes(challenge, nodeKey.did, session), signature)
      if (!proven) throw new VivimError('unauthenticated', 'The proof does not hold; ask for a new challenge.')
      found.record.used = clock.now()
      // A full disk must not sign anybody out: only the day of the last use is lost.
      await store.touch(found.record).catch((error: unknown) => {
        if (!isVivimError(error, 'storage-full', 'storage-busy')) throw error
      })
      // It may have been ended while the store wrote.
      if (live.get(session) !== found) throw new VivimError('session-expired')
      return tokenFor(found.record)
    },

    /** A challenge for devices of an account, here or not. */
    deviceChallenge: (account: Did): { challenge: string; expires: number } => deviceChallenges.create(account),

    /**
     * A session for a device that signed a challenge; `unauthenticated`, whatever it was that did not hold. One that proved
     * its key is told that it was revoked, or that the key was in use twice (`device-revoked`, `device-forked`): nobody else
     * learns that.
     */
    async signInDevice(
      proof: { account: Did; device: Did; challenge: string; signature: string },
      first?: SignedEvent,
    ): Promise<DeviceToken> {
      const { account, device } = proof
      const proven = deviceChallenges.answer(proof)
      if (proven && first) await devices.introduce(account, device, first)
      const granted = devices.capabilitiesOf(account, device)
      if (proven && devices.isRevoked(account, device)) throw new VivimError('device-revoked')
      if (proven && devices.isForked(account, device)) throw new VivimError('device-forked')
      if (!proven || !granted)
        throw new VivimError('unauthenticated', 'The proof does not hold, or the device has no grant that stands.')
      const now = clock.now()
      const record: SessionRecord = {
        account,
        capabilities: granted,
        id: toBase32(random(16)) as SessionId,
        name: null,
        created: now,
        used: now,
        key: undefined,
        device: { did: device, family: { secret: random(32), turn: 1 } },
      }
      await begin(record)
      return deviceTokenFor(record)
    },

    /** The next tokens of a device; `unauthenticated` for what is no token of ours, `session-expired`, also where it was used before. */
    async refreshDevice(refreshToken: string): Promise<DeviceToken> {
      const given = splitRefreshToken(refreshToken)
      const found = find(given.session)
      const device = found?.record.device
      if (!device) throw new VivimError('session-expired')
      const verdict = judgeToken(given, device.family)
      if (verdict === 'none') throw new VivimError('unauthenticated')
      if (verdict === 'used' || !devices.capabilitiesOf(found.record.account, device.did)) {
        await endAll((record) => record.id === given.session)
        throw new VivimError('session-expired')
      }
      device.family.turn++
      found.record.used = clock.now()
      const next = deviceTokenFor(found.record)
      // Where the disk is full the next token is one too many after a restart: the device then signs in anew.
      await store.touch(found.record).catch((error: unknown) => {
        if (!isVivimError(error, 'storage-full', 'storage-busy')) throw error
      })
      if (live.get(given.session) !== found) throw new VivimError('session-expired')
      return next
    },

    /** Ends every session of a device: its tokens and streams, at once. */
    async endDevice(account: Did, device: Did): Promise<void> {
      await endAll((record) => record.account === account && record.device?.did === device)
    },

    /** The devices that are signed in. */
    signedInDevices: (account: Did): ReadonlyMap<Did, number> => {
      const seen = new Map<Did, number>()
      for (const { record } of live.values())
        if (record.device && record.account === account)
          seen.set(record.device.did, Math.max(record.used, seen.get(record.device.did) ?? 0))
      return seen
    },

    /**
     * Whose token this is; `unauthenticated` when it is not ours or out of time, `session-expired` when its session
     * has ended. A promise only when the token was not seen before.
     */
    verify(token: string): ActiveSession | Promise<ActiveSession> {
      const claims = tokens.verify(token)
      return claims instanceof Promise ? claims.then(ownActive) : ownActive(claims)
    },

    /** Ends what has run out, and with it the streams that it has open: these ask for no token again. */
    sweep,

    /** Whether a session has not ended, nor run out. */
    lasts: (session: SessionId): boolean => find(session) !== undefined,

    /** An account's sessions, the last used first. */
    list(account: Did): (Omit<SessionRecord, 'key'> & { expires: number })[] {
      return [...live.values()]
        .map(({ record }) => record)
        .filter((record) => record.account === account && endOf(record) > clock.now())
        .sort((a, b) => b.used - a.used)
        .map((record) => ({ ...record, expires: endOf(record) }))
    },

    /** Ends one session of an account; `not-found` where it has no such session. */
    async end(account: Did, session: SessionId): Promise<void> {
      if (live.get(session)?.record.account !== account) throw new VivimError('not-found')
      await endAll((record) => record.id === session)
    },

    /** Ends everything of an account at once: sessions, their tokens and streams, and open links. */
    async endAccount(account: Did): Promise<void> {
      links.revoke(account)
      await endAll((record) => record.account === account)
    },
  }
}
