/** Who vouches for another node's certificate: a node in a local network has an authority of its own, which nobody knows. */
import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { connect, type DetailedPeerCertificate } from 'node:tls'
import { VivimError } from '../../contract/errors.ts'
import type { PeerAuthority } from '../../ports/peer-door.ts'

/** Milliseconds for the handshake. */
const TIME = 15_000
/** Certificates in a chain, at most. */
const LONGEST = 10

export const pemOf = (certificate: Uint8Array): string => new X509Certificate(certificate).toString()

/** What OpenSSL and Node say where a chain ends at nobody who is trusted, or the name is another. */
const ofCertificates =
  /^(UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|CERT_|ERR_TLS_CERT_ALTNAME_INVALID|INVALID_CA|HOSTNAME_MISMATCH|PERMITTED_VIOLATION|EXCLUDED_VIOLATION)/

/** What a connection that failed means for who asked. */
export function unreached(cause: unknown, signal: AbortSignal): VivimError {
  if (signal.aborted) return new VivimError('cancelled', 'The other node cannot be reached.', { cause })
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
  return ofCertificates.test(code)
    ? new VivimError('certificate-unknown', wordsOf(code), { cause })
    : new VivimError('unavailable', 'The other node cannot be reached.', { cause })
}

function wordsOf(code: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH')
    return 'It is for other addresses than the one that was given.'
  if (code === 'CERT_HAS_EXPIRED') return 'It has expired there.'
  if (code === 'CERT_NOT_YET_VALID') return 'It begins in the future: one of the two clocks is wrong.'
  return 'Another authority vouches for it than the one that is trusted.'
}

/** As {@link Peers.authorityAt} says. */
export async function authorityAt(origin: string, signal: AbortSignal): Promise<PeerAuthority | undefined> {
  const url = new URL(origin)
  if (url.protocol !== 'https:') return undefined
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const time = AbortSignal.any([signal, AbortSignal.timeout(TIME)])
  return await new Promise((resolve, reject) => {
    const failed = (cause: unknown): void => {
      socket.destroy()
      reject(cause instanceof VivimError ? cause : unreached(cause, signal))
    }
    // nothing is sent over it, and nothing of what it says is used but for whom to ask the person about
    const socket = connect({
      ...{ host, port: Number(url.port || 443), rejectUnauthorized: false, signal: time },
      ...(isIP(host) ? {} : { servername: host }),
    })
    socket.on('error', failed)
    socket.once('secureConnect', () => {
      if (socket.authorized) {
        socket.destroy()
        return resolve(undefined)
      }
      const root = rootOf(socket.getPeerCertificate(true))
      const why = socket.authorizationError
      if (!root)
        return failed(
          new VivimError(
            'certificate-unknown',
            'It does not show the certificate of its authority: install that on this machine, and try again.',
            { cause: why },
          ),
        )
      socket.destroy()
      resolve({ certificate: new Uint8Array(root.raw), fingerprint: root.fingerprint256 })
    })
  })
}

/** The last certificate of a chain, if it vouches for itself. */
function rootOf(shown: DetailedPeerCertificate): X509Certificate | undefined {
  let at: DetailedPeerCertificate | undefined = shown
  for (let n = 0; n < LONGEST && at?.raw; n++) {
    const certificate = new X509Certificate(at.raw)
    if (certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey)) return certificate
    at = at.issuerCertificate
  }
  return undefined
}
