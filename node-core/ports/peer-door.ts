/** Another node's HTTP door, as a program with a session comes to it. Errors: `unavailable` where it cannot be reached. */
export interface PeerDoor {
  /** Asks once; follows no redirects. `body`: sent by POST as CBOR; without one it is a GET. */
  ask(path: string, body: Uint8Array | undefined, signal: AbortSignal): Promise<{ status: number; body: Uint8Array }>
}
