/** Lets the ZIP library read from a {@link RandomAccess}, a window at a time: it asks for a few dozen bytes per entry. */
import yauzl from 'yauzl'
import type { RandomAccess } from './access.ts'

const windowBytes = 128 * 1024
const entrySignature = 0x02014b50

export class ArchiveReader extends yauzl.RandomAccessReader {
  readonly #access: RandomAccess
  #window: Buffer = Buffer.alloc(0)
  #start = 0

  constructor(access: RandomAccess) {
    super()
    this.#access = access
  }

  /** The library takes the count of bytes as the callback's second argument, which its published types leave out. */
  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, count?: number) => void,
  ): void {
    this.#fill(position, length).then(
      (bytes) => callback(null, bytes.copy(buffer, offset)),
      (error: unknown) => callback(error instanceof Error ? error : new Error('The archive cannot be read.', { cause: error })),
    )
  }

  override close(callback: (error: Error | null) => void): void {
    this.#window = Buffer.alloc(0)
    callback(null)
  }

  /** Whether another entry of the directory stands at `position`. */
  async continues(position: number): Promise<boolean> {
    const bytes = await this.#fill(position, 4)
    return bytes.length === 4 && bytes.readUInt32LE() === entrySignature
  }

  async #fill(position: number, length: number): Promise<Buffer> {
    if (position < this.#start || position + length > this.#start + this.#window.length) {
      const inside = position >= 0 && position < this.#access.size
      const bytes = inside ? await this.#access.read(position, Math.max(length, windowBytes)) : new Uint8Array(0)
      this.#window = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      this.#start = position
    }
    return this.#window.subarray(position - this.#start, position - this.#start + length)
  }
}
