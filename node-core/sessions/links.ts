/**
 * Sign-in links: a random secret that works once, within five minutes. Only its hash is kept, in memory: a link
 * that was not used before the node stops is void.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Did } from '../contract/ids.ts'
import type { Capability } from '../contract/method.ts'
import type { Clock, RandomBytes } from '../ports/clock.ts'

export const linkLifetime = 5 * 60_000
/** Open links at one time; the oldest makes room. */
const most = 50

export interface LinkGrant {
  readonly account: Did
  readonly capabilities: readonly Capability[]
}
interface Open extends LinkGrant {
  readonly hash: Uint8Array
  readonly expires: number
}
const hashOf = (secret: string): Uint8Array => createHash('sha256').update(`vivim/v1/link\0${secret}`).digest()

export interface Links {
  /** Makes a link; answers its secret (43 characters of base64url) and its end in milliseconds since 1970. */
  create(grant: LinkGrant): { secret: string; expires: number }
  /** What the secret grants, once; undefined where it is wrong, used or expired. */
  redeem(secret: string): LinkGrant | undefined
  /** Voids every link of an account. */
  revoke(account: Did): void
}

export function createLinks({ clock, random }: { clock: Clock; random: RandomBytes }): Links {
  let open: Open[] = []
  return {
    create(grant) {
      const secret = Buffer.from(random(32)).toString('base64url')
      const expires = clock.now() + linkLifetime
      open = [...open.filter((link) => link.expires > clock.now()).slice(1 - most), { ...grant, hash: hashOf(secret), expires }]
      return { secret, expires }
    },
    redeem(secret) {
      const hash = hashOf(secret)
      // Every open link is compared, in constant time each: the time taken tells nothing about any of them.
      const found = open.filter((link) => timingSafeEqual(link.hash, hash))[0]
      if (!found) return undefined
      open = open.filter((link) => link !== found)
      return found.expires > clock.now() ? { account: found.account, capabilities: found.capabilities } : undefined
    },
    revoke(account) {
      open = open.filter((link) => link.account !== account)
    },
  }
}
