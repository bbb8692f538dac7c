/** The shortcut that opens the small window from anywhere: off until a person chooses one, and kept in a small file of the app. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { accelerator, type CaptureShortcut } from '../../node-core/contract/shell-capture.ts'

const kept = z.object({ keys: accelerator.nullable() })

export interface ShortcutParts {
  /** Where the choice is kept. */
  readonly file: string
  /** The system's shortcuts; `register` answers false, or throws, where it gives none. */
  readonly system: Pick<Electron.GlobalShortcut, 'register' | 'unregister'>
  /** Whether the desktop hands out shortcuts itself. */
  readonly wayland: boolean
  readonly pressed: () => void
}
export interface Shortcut {
  state(): CaptureShortcut
  /** Another one from now on, or none; one that cannot be had is kept, and tried again at the next start. */
  choose(keys: string | null): CaptureShortcut
}

export function createShortcut({ file, system, wayland, pressed }: ShortcutParts): Shortcut {
  let keys = read(file)
  let works = false
  const take = () => {
    works = false
    if (keys === null) return
    try {
      works = system.register(keys, pressed)
    } catch {
      // keys that this system does not know
    }
  }
  take()
  const state = (): CaptureShortcut => ({
    keys,
    is: keys === null ? 'off' : works ? 'on' : wayland ? 'wayland' : 'taken',
  })
  return {
    state,
    choose(next) {
      if (works && keys !== null) system.unregister(keys)
      keys = next
      take()
      writeFileSync(`${file}.new`, JSON.stringify({ keys }))
      renameSync(`${file}.new`, file)
      return state()
    },
  }
}

function read(file: string): string | null {
  try {
    return kept.parse(JSON.parse(readFileSync(file, 'utf8'))).keys
  } catch {
    return null
  }
}
