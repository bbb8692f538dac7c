/** Room on the disk, looked at before big work, so that it fails early and leaves the disk usable. */
import { statfs } from 'node:fs/promises'
import { VivimError } from '../../contract/errors.ts'

/** Bytes that this process may still write to the disk that holds `directory`. */
export async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory)
  return bavail * bsize
}

/** Throws `storage-full`, naming both figures, unless `bytes` are free on the disk that holds `directory`. */
export async function ensureFree(directory: string, bytes: number): Promise<void> {
  const free = await freeBytes(directory)
  if (free >= bytes) return
  throw new VivimError('storage-full', `It needs ${megabytes(bytes)} and ${megabytes(free)} are free.`)
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`
