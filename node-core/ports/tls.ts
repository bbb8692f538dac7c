/** What the door needs to speak TLS: a certificate that changes while it listens. */
export interface TlsPair {
  /** PEM. */
  readonly key: string
  readonly cert: string
}
export interface Tls {
  readonly pair: TlsPair
  /** Calls `changed` with every pair that comes after; nothing needs to be called off: it lasts as long as the node. */
  follow(changed: (pair: TlsPair) => void): void
  /** The root that people install on their machines; absent where the certificate comes from elsewhere. */
  readonly root?: TlsRoot
}
export interface TlsRoot {
  /** DER. */
  readonly bytes: Uint8Array
  /** SHA-256, as systems show it: pairs of hexadecimal digits. */
  readonly fingerprint: string
}
