/** Another node's HTTP door, as a program with a session comes to it. Errors: `unavailable` where it cannot be reached. */
export interface PeerDoor {
  /** Asks once; follows no redirects. `body`: sent by POST as CBOR; without one it is a GET. */
  ask(path: string, body: Uint8Array | undefined, signal: AbortSignal): Promise<{ status: number; body: Uint8Array }>
}

/** A live connection with another node; messages are DAG-CBOR. */
export interface PeerLink {
  send(message: Uint8Array): void
  /** The next message, in order; undefined once the connection is gone. Asked once at a time. */
  next(): Promise<Uint8Array | undefined>
  close(): void
}

/** A door that can be kept open. */
export interface LiveDoor extends PeerDoor {
  /** Opens a live connection. Errors: `unavailable`, `unauthenticated`. */
  connect(signal: AbortSignal): Promise<PeerLink>
}

/**
 * Another node's address, before there is a session. Errors: `unavailable` where it cannot be reached, `certificate-unknown`
 * where nobody who is trusted vouches for it.
 */
export interface PeerAddress {
  /** Asks an open method by POST; JSON both ways. */
  post(path: string, json: string, signal: AbortSignal): Promise<{ status: number; body: Uint8Array }>
  /** The door for whoever has a token; `token` gives the present one, and a new one where the node refused that. */
  door(token: (refused?: string) => Promise<string>): LiveDoor
}

/** An authority that a person compared: its root certificate (DER), and the SHA-256 of that as systems show it. */
export interface PeerAuthority {
  readonly certificate: Uint8Array
  readonly fingerprint: string
}

export interface Peers {
  /** `url`: scheme, host and port. With an `authority`, that one vouches for the node, and no other. */
  at(url: string, authority?: Uint8Array): PeerAddress
  /**
   * Who vouches for the node at an address where this machine trusts nobody who does; undefined where it does, and for plain
   * HTTP. Nothing is said to whoever answers. Errors: `unavailable`, `certificate-unknown` where it does not show its root.
   */
  authorityAt(url: string, signal: AbortSignal): Promise<PeerAuthority | undefined>
}
