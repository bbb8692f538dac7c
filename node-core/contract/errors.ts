/**
 * The closed catalogue of errors. Every failure that leaves the node, by any door, is one of these: a code for
 * programs, a status for HTTP, a safe text for people, and whether trying again can help.
 * Invariant: the text never holds personal data; what is particular goes into `detail`, written by us.
 */
import type { ImportFault } from './import-reasons.ts'

interface Entry {
  readonly status: number
  readonly title: string
  readonly retryable: boolean
}
const entry = (status: number, title: string, retryable = false): Entry => ({ status, title, retryable })

export const catalogue = {
  // asking
  'bad-request': entry(400, 'The request does not have the shape that this method takes.'),
  'not-found': entry(404, 'There is nothing here by that name.'),
  'method-not-allowed': entry(405, 'This address does not take that method.'),
  'conflict': entry(409, 'It has changed since you read it.', true),
  'already-there': entry(409, 'That is there already. Nothing was changed.'),
  'too-large': entry(413, 'That is larger than this method takes.'),
  'unsupported-media-type': entry(415, 'This method does not take that media type.'),
  'range-not-satisfiable': entry(416, 'The range lies outside the file.'),
  'too-many-requests': entry(429, 'Too many requests; wait a little.', true),
  'cancelled': entry(499, 'It was cancelled.'),
  'internal': entry(500, 'Something went wrong inside the node. Nothing was lost.', true),
  'cannot-listen': entry(503, 'The node cannot listen at its address.'),
  'connection-behind': entry(503, 'The connection did not keep up with what was sent, and was closed. Nothing was lost.', true),
  'unavailable': entry(503, 'The node is starting or stopping.', true),
  'certificate-unknown': entry(502, 'Nobody whom this machine trusts vouches for the other node’s certificate.'),
  // who asks
  'unauthenticated': entry(401, 'This needs a session. Open a sign-in link, or make one with “vivim link”.'),
  'forbidden': entry(403, 'This session may not do that.'),
  'foreign-host': entry(421, 'The node does not answer to that host name.'),
  'foreign-origin': entry(403, 'Pages of other sites may not talk to the node.'),
  'link-invalid': entry(401, 'That sign-in link is wrong, used or expired. Make another with “vivim link”.'),
  'session-expired': entry(401, 'The session has ended. Open a new sign-in link.'),
  'device-revoked': entry(403, 'The device was revoked. It can be paired again as a new one.'),
  'device-forked': entry(
    403,
    'The device’s key is in use twice, as where a copy of its data went on by itself. Nothing more is taken from it under that key; nothing is lost.',
  ),
  'pairing-invalid': entry(403, 'That pairing code or link is wrong, used or expired.'),
  'other-node': entry(
    409,
    'Another node answers at that address. Where that is yours, moved or back from a backup, add it again.',
  ),
  'other-account': entry(409, 'That belongs to another account.'),
  'locked': entry(423, 'VIVIM is locked.'),
  // keys
  'keychain-unavailable': entry(503, 'The keychain cannot be reached or is locked.', true),
  'keychain-wrong-passphrase': entry(403, 'That is not the passphrase.'),
  'passphrase-needed': entry(503, 'The keys are sealed with a passphrase, and none was given.'),
  'keychain-absent': entry(503, 'There is no keychain here for a new store’s keys; a passphrase can protect them instead.'),
  'keychain-corrupt': entry(500, 'The key file is damaged.'),
  'keys-missing': entry(503, 'The keys of this store are not in the keychain. Nothing is lost: recover with the 24-word phrase.'),
  'phrase-invalid': entry(400, 'Those words are not a recovery phrase.'),
  'phrase-mismatch': entry(403, 'That phrase belongs to another account.'),
  'phrase-confirmed': entry(410, 'The phrase was confirmed and is no longer kept here.'),
  'seal-broken': entry(500, 'Stored bytes fail their authentication: they were changed or damaged.'),
  // account records
  'record-invalid': entry(422, 'That is no record of that account.'),
  'record-expired': entry(422, 'That record of the account is too old.', true),
  // store
  'store-locked': entry(503, 'Another process has this data directory open.', true),
  'store-foreign': entry(500, 'The data directory holds something that is not a store of this product.'),
  'store-too-new': entry(500, 'The store was written by a newer version of the product.'),
  'store-too-old': entry(500, 'The store was written by a version of the product that this one no longer reads.'),
  'store-exists': entry(409, 'The data directory is not empty. Nothing in it was changed.'),
  'storage-corrupt': entry(500, 'The store is damaged. Restore a backup or run “vivim doctor”.'),
  'storage-full': entry(507, 'There is not enough free disk. Nothing was lost.', true),
  'not-writable': entry(500, 'The file could not be written there.'),
  'storage-busy': entry(503, 'The store is busy.', true),
  'quota-exceeded': entry(507, 'The account has reached its quota.'),
  'blob-not-found': entry(404, 'The file is not on this node.'),
  'blob-awaited': entry(404, 'The file has not come to this node yet.', true),
  // log
  'event-not-canonical': entry(400, 'The event is not in canonical form.'),
  'event-signature': entry(400, 'The signature does not verify.'),
  'event-not-granted': entry(403, 'The device has no grant for this.'),
  'event-revoked': entry(403, 'The device was revoked before this event.'),
  'event-sequence': entry(409, 'The event does not continue its chain.'),
  'event-missing-cause': entry(409, 'The event builds on events that are not here.', true),
  'event-clock-ahead': entry(409, 'The event’s clock is more than five minutes ahead.', true),
  'event-fork': entry(409, 'The device signed two different events with one number.'),
  'event-chunks': entry(400, 'The event’s payload does not match its envelope.'),
  'event-schema': entry(400, 'The event’s payload does not have the shape of its type.'),
  'event-too-large': entry(413, 'The event or one of its chunks is too large.'),
  // importing
  'import-empty': entry(422, 'The file is empty.'),
  'import-unknown-format': entry(422, 'This is not an export that the node knows.'),
  'import-damaged': entry(422, 'The file is damaged or incomplete.'),
  'import-unsafe-name': entry(422, 'The archive holds a name that points outside itself.'),
  'import-bomb': entry(422, 'The archive unpacks to far more than it should.'),
  'import-too-large': entry(422, 'One piece of the export is larger than the node takes.'),
  'import-encrypted': entry(422, 'The archive is encrypted with a password.'),
  'import-running': entry(409, 'This import is still running.', true),
  'import-not-resumable': entry(409, 'This import cannot be resumed.'),
  // backups
  'backup-unknown': entry(422, 'That file is not a backup of this product.'),
  'backup-damaged': entry(422, 'The backup is damaged or incomplete.'),
  'backup-incomplete': entry(422, 'A backup that this one builds on is missing.'),
  'backup-too-new': entry(422, 'The backup was made by a newer version of the product.'),
} as const satisfies Record<string, Entry>

export type ErrorCode = keyof typeof catalogue

/**
 * The one error class. `detail` is a sentence for the person about this very case (no personal data unless it
 * goes to its owner only); `cause` is kept for logs and never sent.
 */
export class VivimError extends Error {
  readonly code: ErrorCode
  readonly detail: string | undefined
  /** Of an import: what `detail` says, by code. */
  readonly fault: ImportFault | undefined
  constructor(code: ErrorCode, detail?: string, options?: { cause?: unknown; fault?: ImportFault }) {
    super(detail ? `${catalogue[code].title} ${detail}` : catalogue[code].title, options)
    this.name = 'VivimError'
    this.code = code
    this.detail = detail
    this.fault = options?.fault
  }
  get status(): number {
    return catalogue[this.code].status
  }
  get retryable(): boolean {
    return catalogue[this.code].retryable
  }
}

/** True where `error` is the catalogue's error with one of `codes` (any code when none is given). */
export const isVivimError = (error: unknown, ...codes: ErrorCode[]): error is VivimError =>
  error instanceof VivimError && (codes.length === 0 || codes.includes(error.code))

/** RFC 9457 problem document. */
export interface Problem {
  type: string
  title: string
  status: number
  code: ErrorCode
  retryable: boolean
  detail?: string
}

/** What is sent for an error: anything outside the catalogue becomes `internal` without a word of its own. */
export function toProblem(error: unknown): Problem {
  const code = error instanceof VivimError ? error.code : 'internal'
  const { status, title, retryable } = catalogue[code]
  const problem: Problem = { type: `urn:vivim:error:${code}`, title, status, code, retryable }
  if (error instanceof VivimError && error.detail) problem.detail = error.detail
  return problem
}

/** An error that crossed a port or a door as its code and its text. A code that is not known here is `internal`. */
export function errorOf({ code, text }: { code: string; text: string }): VivimError {
  const known = (name: string): name is ErrorCode => Object.hasOwn(catalogue, name)
  if (!known(code)) return new VivimError('internal', text)
  return new VivimError(code, text === catalogue[code].title ? undefined : text)
}
