/** The memory that a segment is written in. */
import { ByteWriter } from './bytes.ts'
import { columnNames, documentsPerBlock } from './columns.ts'
import { dictionaryBlockBytes, streamBlockBytes } from './format.ts'

/** Good for one segment after another. */
export class SegmentBuffers {
  readonly postings: ByteWriter
  readonly positions: ByteWriter
  readonly dictionary: ByteWriter
  readonly lengths: ByteWriter
  readonly columns: Uint32Array[]

  /** `expected`: documents to come, to size the buffers by. */
  constructor(expected: number) {
    const room = Math.min(expected, documentsPerBlock)
    this.postings = new ByteWriter(64 + room * 48)
    this.positions = new ByteWriter(64 + room * 48)
    this.dictionary = new ByteWriter(Math.min(dictionaryBlockBytes + 256, 128 + room * 1024))
    this.lengths = new ByteWriter(Math.min(streamBlockBytes, expected))
    this.columns = columnNames.map(() => new Uint32Array(documentsPerBlock))
  }

  clear(): void {
    this.postings.length = 0
    this.positions.length = 0
    this.dictionary.length = 0
    this.lengths.length = 0
  }
}
