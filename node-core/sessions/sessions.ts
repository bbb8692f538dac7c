/**
 * Sessions: who is signed in. All of them stand in memory, so that every request sees a revocation at once;
 * those that can be renewed rest in the store too.
 */
import type { KeyObject } from 'node:crypto'
import type { AccessToken, PublicKey } from '../contract/api/auth.ts'
import { isVivimError, VivimError } from '../contract/errors.ts'
import { type Did, toBase32 } from '../contract/ids.ts'
import type { Capability, SessionId } from '../contract/method.ts'
import type { Clock, RandomBytes } from '../ports/clock.ts'
import { createLinks } from './links.ts'
import { createChallenges, parsePublicKey, proofBytes, verifyProof } from './proofs.ts'
import type { SessionRecord, SessionStore } from './store.ts'
import { createTokens, type NodeKey, tokenLifetime } from './tokens.ts'

/** A session that nobody renewed for so long ends. */
export const sessionLifetime = 90 * 24 * 3_600_000
/** Of one account; the one longest unused makes room. */
const mostSessions = 100

interface Live {
  readonly record: SessionRecord
  readonly key: KeyObject | undefined
  readonly ended: AbortController
}

/** A session whose token is genuine, in time, and not ended. */
export interface ActiveSession {
  readonly account: Did
  readonly session: SessionId
  readonly capabilities: readonly Capability[]
  /** Aborted when the session ends. */
  readonly ended: AbortSignal
}

export type Sessions = Awaited<ReturnType<typeof createSessions>>

/** Reads the sessions that the store keeps. */
export async function createSessions({
  clock,
  random,
  nodeKey,
  store,
}: {
  clock: Clock
  random: RandomBytes
  nodeKey: NodeKey
  store: SessionStore
}) {
  const links = createLinks({ clock, random })
  const challenges = createChallenges({ clock, random })
  const tokens = createTokens({ clock, nodeKey })
  const live = new Map<SessionId, Live>()

  const endOf = ({ key, used, created }: SessionRecord) => (key ? used + sessionLifetime : created + tokenLifetime)
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
  const ownActive = (claims: { account: Did; session: SessionId; capabilities: readonly Capability[] }): ActiveSession => {
    const found = find(claims.session)
    if (!found || found.record.account !== claims.account) throw new VivimError('session-expired')
    return { ...claims, ended: found.ended.signal }
  }

  for (const record of await store.all()) admit(record)
  await endAll((record) => endOf(record) <= clock.now())

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
      await endAll((record) => endOf(record) <= now)
      const mine = [...live.values()].map(({ record }) => record).filter(({ account }) => account === grant.account)
      const surplus = mine.sort((a, b) => b.used - a.used).slice(mostSessions - 1)
      if (surplus.length > 0) await endAll((record) => surplus.includes(record))
      const record: SessionRecord = {
        ...grant,
        id: toBase32(random(16)) as SessionId,
        name: name ?? null,
        created: now,
        used: now,
        key,
      }
      await store.put(record)
      admit(record)
      return tokenFor(record)
    },

    /** A challenge, for unknown sessions too: whoever asks learns nothing. */
    challenge(session: SessionId): { challenge: string; expires: number } {
      return challenges.create(session, find(session) !== undefined)
    },

    /** A new access token for a signed challenge; `session-expired`, `unauthenticated`. */
    async refresh(session: SessionId, challenge: string, signature: string): Promise<AccessToken> {
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

    /**
     * Whose token this is; `unauthenticated` when it is not ours or out of time, `session-expired` when its session
     * has ended. A promise only when the token was not seen before.
     */
    verify(token: string): ActiveSession | Promise<ActiveSession> {
      const claims = tokens.verify(token)
      return claims instanceof Promise ? claims.then(ownActive) : ownActive(claims)
    },

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
