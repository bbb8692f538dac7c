/** What is wrong with a store that does not open, as far as its file tells. */
import { open } from 'node:fs/promises'
import { isVivimError } from '../../contract/errors.ts'
import { damagesOf } from './damages.ts'
import { sizeOf, storeFiles } from './files.ts'
import { applicationId, openReadOnly } from './open.ts'

/** Where the header of a SQLite file keeps what is looked at (file format, 1.3); numbers are big endian. */
const header = { length: 100, pageSize: 16, pages: 28, mark: 68 } as const
const magic = Buffer.from('SQLite format 3\0')
const shownDamages = 5

/** The store's file and sentences that go on from its name; none where it can be read to its end. */
export async function examineStore(directory: string): Promise<{ file: string; damages: string[] }> {
  const file = storeFiles(directory).store
  const size = await sizeOf(file)
  if (size === undefined) return { file, damages: ['is missing.'] }
  if (size === 0) return { file, damages: ['is empty.'] }
  const head = await beginning(file)
  if (!head.subarray(0, magic.length).equals(magic))
    return {
      file,
      damages: [
        head.every((byte) => byte === 0)
          ? 'begins with zeros: it was overwritten, or never written to the disk.'
          : 'does not begin like a store: it was overwritten, or is another file.',
      ],
    }
  if (head.length < header.length) return { file, damages: [cutOff(size)] }
  if (head.readUInt32BE(header.mark) !== applicationId) return { file, damages: ['is another program’s database.'] }
  const whole =
    (head.readUInt16BE(header.pageSize) === 1 ? 65_536 : head.readUInt16BE(header.pageSize)) * head.readUInt32BE(header.pages)
  // what a crash left in the write-ahead log may still make it whole
  const unfinished = ((await sizeOf(`${file}-wal`)) ?? 0) > 0
  if (size < whole && !unfinished) return { file, damages: [cutOff(size, whole)] }
  return { file, damages: pageDamages(file, directory) }
}

const cutOff = (size: number, whole?: number): string =>
  `is cut off: ${size} bytes are there${whole === undefined ? '' : `, ${whole} belong to it`}.`

function pageDamages(file: string, directory: string): string[] {
  try {
    const connection = openReadOnly(file, directory)
    try {
      const found = damagesOf(connection, 'quick')
      const more = found.length - shownDamages
      return [
        ...found.slice(0, shownDamages).map((damage) => `has damaged pages: ${damage}`),
        ...(more > 0 ? [`has ${more} more such damages.`] : []),
      ]
    } finally {
      connection.close()
    }
  } catch (error) {
    if (!isVivimError(error, 'storage-corrupt')) throw error
    return ['has damaged pages at its beginning: not even the list of its tables can be read.']
  }
}

async function beginning(path: string): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const bytes = Buffer.alloc(header.length)
    return bytes.subarray(0, (await file.read(bytes, 0, bytes.length, 0)).bytesRead)
  } finally {
    await file.close()
  }
}
