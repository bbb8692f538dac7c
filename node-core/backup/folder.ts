/**
 * A folder of backups: a whole one, then increments on it, then a whole one again; of those chains the newest stay.
 *
 * Invariants: only files that this node made are removed, and none that another one there builds on; what is remembered
 * between two backups may be lost, and costs a whole one.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { isAbsolute, join, resolve } from 'node:path'
import { decode, encode } from '@ipld/dag-cbor'
import { z } from 'zod'
import { makeFolder, replaceFile } from '../adapters/durable-file.ts'
import { VivimError } from '../contract/errors.ts'
import { type BackupDone, type BackupParts, type Base, writeBackup } from './create.ts'
import { isThere } from './members.ts'
import { fileIdAt } from './open.ts'

/** How many increments follow a whole backup at most; fewer where they are as large as it is. */
export const INCREMENTS = 30

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const remembered = z.object({
  v: z.literal(1),
  /** The newest backup: its file's name in the folder, and its own. */
  name: z.string(),
  file: bytes,
  blocks: bytes,
  blobs: z.array(z.string()),
  /** Beginnings of names of the chains that this node made there, the oldest first; the last one goes on. */
  chains: z.array(z.string().regex(/^vivim-[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}$/)).min(1),
  /** Bytes of the whole backup, and of its increments together; how many these are. */
  whole: z.int(),
  added: z.int(),
  count: z.int(),
})
type Remembered = z.output<typeof remembered>

/**
 * Adds a backup to `folder` and removes chains beyond the newest `keep`. One at a time.
 * Errors: `bad-request` (not absolute, no folder, inside the data directory), `storage-full`, `cancelled`, the store's.
 */
export async function backUpInto(
  parts: BackupParts,
  folder: string,
  { keep }: { keep: number },
  signal?: AbortSignal,
): Promise<BackupDone> {
  const { clock, dataDirectory, random } = parts
  const from = clock.monotonic()
  await checkFolder(folder, dataDirectory)
  const before = await recall(dataDirectory, folder)
  const goesOn = before && before.count < INCREMENTS && before.added < before.whole && (await isNewest(folder, before))
  const created = clock.now()
  const prefix = goesOn ? before.chains.at(-1) : undefined
  const chain = prefix ?? `vivim-${stamp(created)}-${Buffer.from(random(4)).toString('hex')}`
  const count = goesOn ? before.count + 1 : 0
  const name = await freeName(folder, chain, count)
  let made: Base | undefined
  const base = goesOn ? { file: before.file, blocks: before.blocks, blobs: new Set(before.blobs) } : undefined
  const path = join(folder, name)
  const size = await writeBackup(parts, path, { created, base, onDone: (next) => (made = next) }, signal)
  const done = made as Base | undefined
  if (!done) throw new VivimError('internal')
  const chains = goesOn ? before.chains : [...(before?.chains ?? []), chain]
  await remember(dataDirectory, folder, {
    v: 1,
    name,
    file: done.file,
    blocks: done.blocks,
    blobs: [...done.blobs],
    chains: chains.slice(-keep),
    whole: goesOn ? before.whole : size,
    added: goesOn ? before.added + size : 0,
    count,
  })
  for (const old of chains.slice(0, -keep)) await removeChain(folder, old)
  return { path, kind: goesOn ? 'increment' : 'whole', bytes: size, created, seconds: (clock.monotonic() - from) / 1000 }
}

/** Error: `bad-request` where backups cannot go there. */
export async function checkFolder(folder: string, dataDirectory: string): Promise<void> {
  if (!isAbsolute(folder)) throw new VivimError('bad-request', 'path: must be absolute.')
  if (`${resolve(folder)}/`.startsWith(`${resolve(dataDirectory)}/`))
    throw new VivimError('bad-request', 'path: backups inside the data directory would be lost with it.')
  const names = await readdir(folder).catch(() => undefined)
  if (!names) throw new VivimError('bad-request', 'path: there is no such folder, or it cannot be read.')
}

/** `20261122T231500Z` */
const stamp = (time: number): string => new Date(time).toISOString().replaceAll(/[-:]|\.\d+/g, '')

/** The first one that nobody has: a backup that was made just before a crash is there and not remembered. */
async function freeName(folder: string, chain: string, count: number): Promise<string> {
  for (let number = count; ; number++) {
    const name = `${chain}-${String(number).padStart(3, '0')}.backup`
    if (!(await isThere(join(folder, name)))) return name
  }
}

/** Whether the backup that is remembered is still what stands there under its name. */
async function isNewest(folder: string, { name, file }: Remembered): Promise<boolean> {
  const found = await fileIdAt(join(folder, name))
  return found !== undefined && Buffer.compare(found, file) === 0
}

async function removeChain(folder: string, chain: string): Promise<void> {
  const own = (await readdir(folder)).filter((name) => name.startsWith(`${chain}-`) && /-[0-9]{3,}\.backup$/.test(name))
  // the newest first: what is cut off leaves no increment without its whole backup
  for (const name of own.sort().reverse()) await rm(join(folder, name), { force: true })
}

const fileFor = (dataDirectory: string, folder: string): string =>
  join(dataDirectory, 'backup-chains', createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 32))

async function recall(dataDirectory: string, folder: string): Promise<Remembered | undefined> {
  try {
    return remembered.parse(decode(await readFile(fileFor(dataDirectory, folder))))
  } catch {
    return undefined
  }
}

async function remember(dataDirectory: string, folder: string, state: Remembered): Promise<void> {
  await makeFolder(join(dataDirectory, 'backup-chains'))
  await replaceFile(fileFor(dataDirectory, folder), encode(state))
}
