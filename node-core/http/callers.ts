/** Who asks: what the door can prove of a request before its body is read. */
import type { FastifyRequest } from 'fastify'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import type { Capability, SessionId } from '../contract/method.ts'

/** What the door needs of the sessions. */
export interface TokenCheck {
  /** Throws `unauthenticated` or `session-expired`. A promise only for tokens not seen before. */
  verify(token: string): ProvenSession | Promise<ProvenSession>
  /** Whether a session has not ended, nor run out. */
  lasts(session: SessionId): boolean
}
export interface ProvenSession {
  readonly account: Did
  readonly session: SessionId
  readonly device?: Did
  readonly capabilities: readonly Capability[]
  readonly ended: AbortSignal
}

/** Which account a local caller means: `vivim-account`, else the only one. */
function localAccount(request: FastifyRequest, accounts: readonly Did[]): Did | undefined {
  const asked = request.headers['vivim-account']
  if (asked === undefined) {
    if (accounts.length > 1)
      throw new VivimError(
        'bad-request',
        'There are several accounts here: name one (“--account DID”, or the header “vivim-account”).',
      )
    return accounts[0]
  }
  const account = accounts.find((one) => one === asked)
  if (!account) throw new VivimError('not-found', 'This node hosts no such account.')
  return account
}

/**
 * Sets the request's caller. A token counts wherever it comes from: over the local socket too it makes the caller
 * a session, which may do less.
 */
export function identify(
  request: FastifyRequest,
  local: boolean,
  nodeScope: boolean,
  sessions: TokenCheck,
  accounts: () => readonly Did[],
): void | Promise<void> {
  const { authorization } = request.headers
  if (authorization === undefined) {
    if (!local) return
    const account = nodeScope ? undefined : localAccount(request, accounts())
    request.caller = account ? { kind: 'local', account } : { kind: 'local' }
    return
  }
  const token = /^Bearer ([\w.-]+)$/i.exec(authorization)?.[1]
  if (!token) throw new VivimError('unauthenticated')
  const session = sessions.verify(token)
  return session instanceof Promise ? session.then((proven) => admit(request, proven)) : admit(request, session)
}

function admit(request: FastifyRequest, { account, session, device, capabilities, ended }: ProvenSession): void {
  request.caller = { kind: 'session', account, session, ...(device ? { device } : {}), capabilities }
  request.sessionEnded = ended
}
