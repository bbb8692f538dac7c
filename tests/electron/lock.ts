/** One instance of the app per folder: the first holds a lock, and what later ones were started with is handed to it. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Handed {
  readonly argv: string[]
  readonly folder: string
  readonly data: unknown
}

/** Takes the lock, or hands over what this instance was started with; answers whether it has the lock. */
export function takeLock(folder: string, mine: Handed, hear: (handed: Handed) => void): boolean {
  const lock = join(folder, 'stand-in.lock')
  const inbox = join(folder, 'stand-in.handed')
  mkdirSync(inbox, { recursive: true })
  if (!locked(lock)) {
    const name = `${process.pid}-${performance.now()}`
    writeFileSync(join(folder, name), JSON.stringify(mine))
    // Whole before it is seen.
    renameSync(join(folder, name), join(inbox, name))
    return false
  }
  const look = () => {
    for (const name of readdirSync(inbox).sort()) {
      const path = join(inbox, name)
      const handed: Handed = JSON.parse(readFileSync(path, 'utf8'))
      rmSync(path)
      hear(handed)
    }
  }
  for (const name of readdirSync(inbox)) rmSync(join(inbox, name))
  watch(inbox, look)
  return true
}

function locked(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' })
    process.once('exit', () => rmSync(path, { force: true }))
    return true
  } catch {
    if (alive(Number(readFileSync(path, 'utf8')))) return false
    // Its holder was killed.
    rmSync(path, { force: true })
    return locked(path)
  }
}

function alive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch {
    return false
  }
}
