/** A file of the disk as random access bytes. */
import { type FileHandle, open } from 'node:fs/promises'
import type { RandomAccess } from '../crypto/frames.ts'

/** Opens a file for reading; its size is that of this moment. Fails with the system's own error. */
export async function openRandomAccess(path: string): Promise<RandomAccess> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    return { size, read: (position, length) => readFrom(file, position, length), close: () => file.close() }
  } catch (error) {
    await file.close()
    throw error
  }
}

async function readFrom(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}
