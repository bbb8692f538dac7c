/**
 * What this page does without its node. A browser that is a device of the account holds some conversations, and signs
 * changes itself; any other holds nothing. The parts that do it are loaded by devices alone.
 */
import type { Did } from '../../node-core/contract/ids.ts'
import type { Client } from '../client.ts'
import type { PairedDevice } from '../device/key.ts'
import type { Kept } from '../kept.ts'
import type { Shown } from './chain.ts'
import type { Figures, Layer } from './layer.ts'
import type { Refused } from './outbox.ts'

export interface Standing {
  /** off: nothing is held. opening: it is being looked at. */
  readonly state: 'off' | 'opening' | 'on'
  readonly figures: Figures | undefined
  /** Grows when what is shown may be another. */
  readonly version: number
  /** What was written here and never reached the node, where this browser was thrown out; in memory alone. */
  readonly lost: readonly Shown[]
}

export interface Offline {
  /** The node's interface, with what is held behind it. */
  readonly client: Client
  readonly standing: Standing
  subscribe(changed: () => void): () => void
  /** Begins to hold, where this browser is a device; again is fine. `as`: the device that it is by now. */
  open(as?: Did): Promise<void>
  /** Removes everything that is held, and what serves the page offline. `lost`: what was not sent is shown once more. */
  remove(lost: boolean): Promise<void>
  readonly layer: () => Promise<Layer | undefined>
}
export type { Figures, Refused, Shown }

export interface OfflineParts {
  readonly base: Client
  readonly device: Kept<PairedDevice>
  /** Whether the person wants it. */
  readonly wanted: () => boolean
  readonly load: (device: PairedDevice, told: (figures: Figures, content: boolean) => void) => Promise<Layer>
  /** Serves the page without the node; and no longer. */
  readonly install: { begin(): Promise<void>; end(): Promise<void> }
  /** Deletes what is held. */
  readonly erase: () => Promise<void>
}

export function createOffline({ base, device, wanted, load, install, erase }: OfflineParts): Offline {
  let standing: Standing = { state: 'off', figures: undefined, version: 0, lost: [] }
  let layer: Promise<Layer | undefined> = Promise.resolve(undefined)
  const listeners = new Set<() => void>()
  const become = (next: Partial<Standing>) => {
    standing = { ...standing, ...next }
    for (const listener of listeners) listener()
  }
  const told = (figures: Figures, content: boolean) => {
    const moved = content || figures.away !== (standing.figures?.away ?? false)
    become({ figures, version: standing.version + (moved ? 1 : 0) })
  }
  const through = async (): Promise<Client> => (await layer)?.client ?? base
  return {
    client: {
      call: async (method, input, signal) => await (await through()).call(method, input, signal),
      async *listen(method, input, signal, opened) {
        yield* (await through()).listen(method, input, signal, opened)
      },
      download: base.download,
      upload: base.upload,
    },
    get standing() {
      return standing
    },
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    async open(as) {
      if (standing.state === 'on' && as !== undefined) {
        const before = await layer
        if (before?.device === as || standing.state !== 'on') return
        // It has got a new key: what is held stays, and is opened by that.
        before?.close()
      } else if (standing.state !== 'off') return
      become({ state: 'opening' })
      // Set before anything is waited for, so that no request passes by.
      layer = (async () => {
        const kept = wanted() ? await device.load() : undefined
        return kept && (await load(kept, told))
      })().catch(() => undefined)
      const opened = await layer
      become({ state: opened ? 'on' : 'off' })
      if (opened) await install.begin()
    },
    async remove(lost) {
      const opened = await layer
      const unsent = opened && lost ? await opened.unsent().catch(() => []) : []
      opened?.close()
      layer = Promise.resolve(undefined)
      become({ state: 'off', figures: undefined, lost: unsent })
      await erase()
      await install.end()
    },
    layer: () => layer,
  }
}
