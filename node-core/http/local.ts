/** Where the socket is that only the node's own user can open, and that it really is so. */
import { createHash } from 'node:crypto'
import { lstat, mkdir, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { VivimError } from '../contract/errors.ts'

/** Unix sockets have names of at most 104 (macOS) or 108 (Linux) bytes. */
const longest = 100

/**
 * The socket's path, the same for the node and for who calls it: in the data directory, or where that name would be
 * too long, in `shortDirectory` (XDG_RUNTIME_DIR, else the system's directory for temporary files). On Windows a pipe.
 */
export function localAddress({
  dataDirectory,
  shortDirectory,
  platform,
}: {
  dataDirectory: string
  shortDirectory: string
  platform: NodeJS.Platform
}): string {
  const name = createHash('sha256').update(resolve(dataDirectory)).digest('hex').slice(0, 16)
  if (platform === 'win32') return `\\\\.\\pipe\\vivim-${name}`
  const usual = join(resolve(dataDirectory), 'run', 'node.sock')
  return Buffer.byteLength(usual) <= longest ? usual : join(shortDirectory, `vivim-${name}`, 'node.sock')
}

const isPipe = (address: string): boolean => address.startsWith('\\\\.\\pipe\\')

/** Makes the socket's directory and takes away what a killed node left. Only the node that holds the store's lock may. */
export async function prepareLocal(address: string): Promise<void> {
  if (isPipe(address)) return
  await mkdir(dirname(address), { recursive: true, mode: 0o700 })
  await checkLocal(address)
  const left = await lstat(address).catch(() => undefined)
  if (left?.isSocket()) await unlink(address)
}

/**
 * Throws `forbidden` unless the socket's directory is this user's alone: a directory for temporary files is
 * everybody's, and another could stand there first. Callers check before they talk. Windows guards its pipes itself.
 */
export async function checkLocal(address: string): Promise<void> {
  if (isPipe(address)) return
  const directory = await lstat(dirname(address)).catch(() => undefined)
  if (!directory) throw new VivimError('unavailable')
  // The number, not the name: in a container the user may be in no table of users.
  const own = directory.isDirectory() && directory.uid === process.geteuid?.() && (directory.mode & 0o077) === 0
  if (!own) throw new VivimError('forbidden', 'The directory of the node’s local socket is not its user’s alone.')
}
