/** One function per method of `contract/api/auth.ts`. */
import type { auth } from '../contract/api/auth.ts'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import type { Handlers } from '../contract/method.ts'
import type { Sessions } from './sessions.ts'

/** Handlers over `sessions`; `instance` is the node's own DID. */
export function sessionHandlers({ sessions, instance }: { sessions: Sessions; instance: Did }): Handlers<typeof auth> {
  return {
    'auth.link': ({ secret, publicKey, name }) => sessions.redeemLink(secret, publicKey, name),
    async 'auth.challenge'({ did }) {
      const { challenge, expires } = sessions.deviceChallenge(did)
      return { challenge, expiresAt: expires, audience: instance }
    },
    'auth.session': ({ did, first, ...proof }) => sessions.signInDevice({ account: did, ...proof }, first),
    'auth.refresh': ({ refreshToken }) => sessions.refreshDevice(refreshToken),
    async 'auth.renew-challenge'({ session }) {
      const { challenge, expires } = sessions.challenge(session)
      return { challenge, audience: instance, expiresAt: expires }
    },
    'auth.renew': ({ session, challenge, signature }) => sessions.renew(session, challenge, signature),
    async 'auth.end'(_, { account, session }) {
      if (!session) throw new VivimError('bad-request', 'The local socket has no session to end.')
      await sessions.end(account, session)
      return {}
    },
    async 'sessions.list'(_, { account, session: current }) {
      const items = sessions.list(account).map(({ id, name, device, created, used, expires, capabilities }) => ({
        id,
        name,
        ...(device ? { device: device.did } : {}),
        created,
        lastUsed: used,
        expires,
        capabilities: [...capabilities],
        current: id === current,
      }))
      return { items }
    },
    async 'sessions.end'({ session }, { account }) {
      await sessions.end(account, session)
      return {}
    },
    async 'links.create'({ capabilities }, { account, capabilities: own }) {
      if (capabilities.some((one) => !own.includes(one)))
        throw new VivimError('forbidden', 'A link cannot grant more than you have.')
      const { link, expires } = sessions.createLink(account, capabilities)
      return { link, expiresAt: expires }
    },
  }
}
