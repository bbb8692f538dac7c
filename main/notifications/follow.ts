/** Looks at the node when it says that something changed, and now and then for what is no event of its store. */
import type { Later } from '../node/node-process.ts'
import type { NodeEyes } from './look.ts'
import { isBusy, type Look } from './seen.ts'

/** In milliseconds: after a change; while something is on its way; else; after a connection broke. */
const pauses = { changed: 1000, busy: 3000, calm: 60_000, broken: 5000 }

/** Calls `looked` with each look and the one before it, until `signal` is aborted. */
export function followNode(
  eyes: NodeEyes,
  later: Later,
  looked: (before: Look | undefined, now: Look) => void,
  signal: AbortSignal,
): void {
  let before: Look | undefined
  let cancel: (() => void) | undefined
  let soon = false
  let looking = false
  const lookIn = (pause: number) => {
    if (signal.aborted || looking) return
    cancel?.()
    cancel = later(pause, look)
  }
  const look = async () => {
    looking = true
    soon = false
    try {
      const now = await eyes.look(signal)
      looked(before, now)
      before = now
    } catch {
      // It is starting, or was stopped: what it then has to say is compared with what it said last.
    }
    looking = false
    lookIn(soon ? pauses.changed : before && isBusy(before) ? pauses.busy : pauses.calm)
  }
  const changed = () => {
    if (soon) return
    soon = true
    lookIn(pauses.changed)
  }
  const watch = async () => {
    try {
      await eyes.watch(changed, signal)
    } catch {
      // As above.
    }
    if (!signal.aborted) later(pauses.broken, () => void watch())
  }
  signal.addEventListener('abort', () => cancel?.(), { once: true })
  void look()
  void watch()
}
