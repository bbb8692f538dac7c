/**
 * Files on their way to the node. They stand above the screens: going elsewhere in the app stops none of them.
 * Invariant: an upload is in the list until the node has all of it, or the person takes it away.
 */
import { imports } from '../../node-core/contract/api/imports.ts'
import { VivimError } from '../../node-core/contract/errors.ts'
import type { ImportId } from '../../node-core/contract/ids.ts'
import type { Output } from '../../node-core/contract/method.ts'
import type { Client } from '../client.ts'
import { rateOf, type Sample, secondsLeft, withSample } from './pace.ts'
import type { Picked } from './picking.ts'

export type ImportRun = Output<(typeof imports)['imports.upload']>

export interface Upload {
  readonly id: number
  readonly name: string
  readonly files: number
  /** Of its files; what is sent is a little more. */
  readonly bytes: number
  readonly sent: number
  readonly state: 'waiting' | 'sending' | 'failed'
  /** Bytes per second. */
  readonly rate: number | null
  readonly secondsLeft: number | null
  /** Why it failed: `unreadable` where the file itself could not be read, else what the node said. */
  readonly error?: unknown
}
export const unreadable = Symbol('unreadable')

export interface Uploads {
  readonly current: readonly Upload[]
  subscribe(changed: () => void): () => void
  add(picked: readonly Picked[]): void
  /** Takes an upload away; what is on its way is thrown away by the node. */
  cancel(id: number): void
  again(id: number): void
}

/** A browser opens few connections to one place, and what is on the screen needs some as well. */
const together = 2
const nameLimit = 200

/**
 * `arrived` is awaited with the node's import before the upload leaves the list.
 * @param open has the node open files where they are on this machine; undefined where they have to be sent
 */
export function createUploads(
  client: Pick<Client, 'upload'>,
  arrived: (run: Pick<ImportRun, 'id'>) => Promise<unknown>,
  open?: (files: readonly File[]) => Promise<ImportId | undefined>,
): Uploads {
  let current: readonly Upload[] = []
  let last = 0
  const listeners = new Set<() => void>()
  const sources = new Map<number, Picked>()
  const running = new Map<number, AbortController>()

  const show = (next: readonly Upload[]) => {
    current = next
    for (const listener of [...listeners]) listener()
  }
  const change = (id: number, some: Partial<Upload>) =>
    show(current.map((upload) => (upload.id === id ? { ...upload, ...some } : upload)))
  const remove = (id: number) => {
    sources.delete(id)
    show(current.filter((upload) => upload.id !== id))
  }
  const startWaiting = () => {
    for (const { id, state } of current) {
      if (running.size >= together) return
      if (state === 'waiting') void send(id)
    }
  }

  async function send(id: number): Promise<void> {
    const picked = sources.get(id)
    if (!picked) return
    const abort = new AbortController()
    running.set(id, abort)
    change(id, { state: 'sending', sent: 0, rate: null, secondsLeft: null, error: undefined })
    let samples: readonly Sample[] = []
    const total = bytesOf(picked)
    const onSent = (bytes: number, at: number) => {
      samples = withSample(samples, { at, bytes })
      change(id, { sent: Math.min(bytes, total), rate: rateOf(samples), secondsLeft: secondsLeft(samples, total) })
    }
    try {
      const opened = picked.given && open ? await open(picked.given) : undefined
      if (abort.signal.aborted) return
      await arrived(opened ? { id: opened } : await begin(client, picked, abort.signal, onSent))
      remove(id)
    } catch (error) {
      if (!abort.signal.aborted) change(id, { state: 'failed', error: (await isReadable(picked)) ? error : unreadable })
    } finally {
      running.delete(id)
      startWaiting()
    }
  }

  return {
    get current() {
      return current
    },
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    add(picked) {
      const added = picked.map((one): Upload => {
        last += 1
        sources.set(last, one)
        const size = { files: one.files.length, bytes: bytesOf(one), sent: 0, rate: null, secondsLeft: null }
        return { id: last, name: one.name, state: 'waiting', ...size }
      })
      show([...current, ...added])
      startWaiting()
    },
    cancel(id) {
      running.get(id)?.abort()
      remove(id)
    },
    again(id) {
      change(id, { state: 'waiting', error: undefined })
      startWaiting()
    },
  }
}

const bytesOf = ({ files }: Picked): number => files.reduce((sum, { file }) => sum + file.size, 0)

async function begin(
  { upload }: Pick<Client, 'upload'>,
  picked: Picked,
  signal: AbortSignal,
  onSent: (bytes: number, at: number) => void,
): Promise<ImportRun> {
  const name = picked.name.toWellFormed().trim().slice(0, nameLimit) || 'export'
  const [only] = picked.files
  if (!only) throw new VivimError('import-empty')
  if (!picked.folder) return await upload(imports['imports.upload'], { name }, only.file, { signal, onSent })
  const form = new FormData()
  for (const { path, file } of picked.files) form.append('files', file, path)
  return await upload(imports['imports.upload-files'], { name }, form, { signal, onSent })
}

/** Whether the first files can still be read: a file that was moved or changed fails like a broken connection. */
async function isReadable({ files }: Picked): Promise<boolean> {
  try {
    for (const { file } of files.slice(0, 100)) await file.slice(0, 1).arrayBuffer()
    return true
  } catch {
    return false
  }
}
