/** Blobs for tests: plain, and gone with the process. */
import { createHash } from 'node:crypto'
import { VivimError } from '../../contract/errors.ts'
import type { BlobId, Did } from '../../contract/ids.ts'
import { blobIdOf } from '../../crypto/blob-id.ts'
import type { Blobs } from '../../ports/blobs.ts'
import { abortable } from '../abortable.ts'

export class MemoryBlobs implements Blobs {
  readonly #accounts = new Map<Did, Map<BlobId, Uint8Array>>()
  readonly #times = new Map<string, number>()
  readonly #now: () => number

  /** `now`: milliseconds since 1970. */
  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  async put(
    account: Did,
    bytes: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<{ id: BlobId; size: number; added: number }> {
    const parts: Uint8Array[] = []
    for await (const part of abortable(bytes, signal)) parts.push(part.slice())
    const whole = new Uint8Array(Buffer.concat(parts))
    const id = blobIdOf(createHash('sha256').update(whole).digest())
    const blobs = this.#accounts.get(account) ?? new Map<BlobId, Uint8Array>()
    const added = blobs.has(id) ? 0 : whole.length
    this.#accounts.set(account, blobs.set(id, whole))
    this.#times.set(`${account}/${id}`, this.#now())
    return { id, size: whole.length, added }
  }

  async size(account: Did, id: BlobId): Promise<number | undefined> {
    return this.#accounts.get(account)?.get(id)?.length
  }

  async *read(
    account: Did,
    id: BlobId,
    range?: { start: number; end: number },
    signal?: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    if (signal?.aborted) throw new VivimError('cancelled', undefined, { cause: signal.reason })
    const whole = this.#accounts.get(account)?.get(id)
    if (!whole) throw new VivimError('blob-not-found')
    const { start, end } = range ?? { start: 0, end: whole.length }
    if (!(start >= 0 && start <= end && end <= whole.length)) throw new VivimError('range-not-satisfiable')
    yield whole.slice(start, end)
  }

  async delete(account: Did, id: BlobId): Promise<void> {
    this.#accounts.get(account)?.delete(id)
  }

  async sweep(account: Did, keep: ReadonlySet<BlobId>, before: number, goOn = () => true): Promise<number> {
    let removed = 0
    for (const id of [...(this.#accounts.get(account)?.keys() ?? [])]) {
      if (!goOn()) break
      if (keep.has(id) || (this.#times.get(`${account}/${id}`) ?? 0) >= before) continue
      await this.delete(account, id)
      removed++
    }
    return removed
  }

  async used(account: Did): Promise<number> {
    let sum = 0
    for (const bytes of this.#accounts.get(account)?.values() ?? []) sum += bytes.length
    return sum
  }
}
