/** Reading from other machines. Adapter: `adapters/web/guarded.ts`. */

/** One answer, read whole. */
export interface WebAnswer {
  /** Where it came from in the end, after redirects. */
  readonly url: string
  readonly body: Uint8Array
}
export interface Web {
  /**
   * GET of an https address. Errors: `bad-request` for an address that is no plain https one, `forbidden` for one that
   * leads to what is not the public internet, `not-found` for an answer other than 200, `too-large` above `limit` bytes,
   * `unavailable` where nothing answers.
   */
  get(url: string, options: { accept: string; limit: number; signal: AbortSignal }): Promise<WebAnswer>
}

/** From a name to addresses. */
export interface Names {
  /** Every address of a host, IPv4 and IPv6; rejects where it has none. */
  addressesOf(host: string): Promise<string[]>
}
