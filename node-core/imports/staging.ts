/** Uploaded files and unpacked inner archives while an import needs them: sealed, in a folder of the node's own. */
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Spool } from './reading/spool.ts'

/** Sealed files by random name. */
export interface Staging {
  /** Writes a stream durably; answers the name and the bytes. */
  put(bytes: AsyncIterable<Uint8Array>, onBytes?: (total: number) => void): Promise<{ name: string; size: number }>
  open(name: string): Promise<StagedAccess>
  remove(name: string): Promise<void>
  /** For inner archives; they go when they are closed. */
  readonly spool: Spool
}
export interface StagedAccess {
  readonly size: number
  read(position: number, length: number): Promise<Uint8Array>
  close(): Promise<void>
}

/** How bytes are sealed and read: the frames of `crypto/frames.ts` with an account's key. */
export interface StagingSeal {
  seal(name: string, bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>
  open(name: string, path: string): Promise<StagedAccess>
}

export function createStaging(directory: string, sealing: StagingSeal, newName: () => string): Staging {
  const pathOf = (name: string): string => join(directory, name)
  const remove = (name: string): Promise<void> => rm(pathOf(name), { force: true })

  async function put(
    bytes: AsyncIterable<Uint8Array>,
    onBytes?: (total: number) => void,
  ): Promise<{ name: string; size: number }> {
    const name = newName()
    let size = 0
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const piece of bytes) {
        size += piece.length
        onBytes?.(size)
        yield piece
      }
    }
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const file = await open(pathOf(name), 'wx', 0o600)
    try {
      for await (const piece of sealing.seal(name, counted())) await file.write(piece)
      await file.sync()
    } catch (error) {
      await file.close()
      await remove(name)
      throw error
    }
    await file.close()
    return { name, size }
  }

  return {
    put,
    open: (name) => sealing.open(name, pathOf(name)),
    remove,
    spool: {
      async create() {
        const queue = createQueue()
        const done = put(queue.read())
        done.catch(() => {})
        return {
          write: (piece) => queue.write(piece, done),
          async finish() {
            queue.end()
            const { name } = await done
            const access = await sealing.open(name, pathOf(name))
            return {
              size: access.size,
              read: (position, length) => access.read(position, length),
              close: async () => {
                await access.close()
                await remove(name)
              },
            }
          },
          async discard() {
            queue.end()
            await done.then(
              ({ name }) => remove(name),
              () => {},
            )
          },
        }
      },
    },
  }
}

/** Removes staged files that no import knows: what a kill left behind. */
export async function sweep(directory: string, known: ReadonlySet<string>): Promise<void> {
  const names = await readdir(directory).catch(() => [])
  for (const name of names) if (!known.has(name)) await rm(join(directory, name), { force: true })
}

/** One piece at a time from a writer to a reader. */
function createQueue() {
  let piece: Uint8Array | undefined
  let ended = false
  let wake = (): void => {}
  let taken = (): void => {}
  return {
    async write(next: Uint8Array, failed: Promise<unknown>): Promise<void> {
      const done = new Promise<void>((resolve) => {
        taken = resolve
      })
      piece = Uint8Array.from(next)
      wake()
      await Promise.race([done, failed])
    },
    end(): void {
      ended = true
      wake()
    },
    async *read(): AsyncGenerator<Uint8Array> {
      for (;;) {
        if (piece) {
          const next = piece
          piece = undefined
          yield next
          taken()
        } else if (ended) return
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    },
  }
}
