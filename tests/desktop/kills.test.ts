/**
 * The app's node, its window and the app itself are killed at random moments while the page writes: what was
 * acknowledged is there after each, and the store can be opened again. `DESKTOP_KILLS` says how many kills there are.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { launchApp } from '../electron/launch-app.ts'
import type { LaunchedApp } from '../electron/launched.ts'
import { seededRandom } from '../kit/clock.ts'
import { storeRuns } from '../kit/desktop-store.ts'
import { requires } from '../kit/requires.ts'

const kills = Number(process.env['DESKTOP_KILLS'] ?? 4)
const seed = Number(process.env['VIVIM_TEST_SEED'] ?? Date.now() % 1_000_000)
const random = seededRandom(seed)
const chance = (): number => Buffer.from(random(4)).readUInt32LE() / 2 ** 32
/** So often the app bears it before it asks a person: see `main/node/restarts.ts` and `main/windows/crashes.ts`. */
const borne = { node: 4, renderer: 2 }
/** Milliseconds at most until the next kill: of an app that starts, and after a write was acknowledged. */
const lives = { starting: 1500, writing: 400 }
/** A page that was killed may never answer its test, in milliseconds. */
const patience = 15_000
const lost = new Error('The page does not answer.')
const answered = <T>(work: Promise<T>): Promise<T> => {
  work.catch(() => undefined)
  return Promise.race([work, after(patience).then(() => Promise.reject(lost))])
}

it(`bears ${kills} kills (VIVIM_TEST_SEED=${seed})`, { timeout: 60_000 + kills * 30_000 }, async (test) => {
  await requires(test, 'desktop')
  const folder = await mkdtemp(join(tmpdir(), 'vivim-kills-'))
  const acknowledged = new Set<string>()
  const tally = { node: 0, renderer: 0, main: 0, both: 0 }
  const killed = () => Object.values(tally).reduce((sum, one) => sum + one)
  try {
    while (killed() < kills) {
      const app = await launchApp({ folder })
      try {
        await oneLife(app)
      } finally {
        await app[Symbol.asyncDispose]()
      }
    }
    await using last = await launchApp({ folder })
    expect(await notesOf(await last.firstWindow())).toEqual(expect.arrayContaining([...acknowledged]))
    expect(await last.quit()).toBe(0)
    expect(storeRuns(last)).toBe(false)
    // The kills were what they are meant to be.
    expect(acknowledged.size).toBeGreaterThan(kills / 2)
    for (const count of Object.values(tally)) expect(count, JSON.stringify(tally)).toBeGreaterThan(0)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }

  /** Kills the app's node and its window as often as it bears that, and then the app. */
  async function oneLife(app: LaunchedApp): Promise<void> {
    const left = { ...borne }
    const writer = write(app)
    for (;;) {
      if (chance() < 0.25) await after(chance() * lives.starting)
      else {
        await writer.next()
        await after(chance() * lives.writing)
      }
      const what = next(left)
      tally[what]++
      if (what === 'both') await app.kill('node')
      await app.kill(what === 'both' ? 'main' : what)
      if (what === 'main' || what === 'both') break
      left[what]--
    }
    await writer.stop()
  }

  function next(left: typeof borne): keyof typeof tally {
    const able = (['node', 'renderer'] as const).filter((what) => left[what] > 0)
    const drawn = Math.floor(chance() * (able.length + 2))
    // Each kind comes at least once.
    const missing = (['renderer', 'node', 'both', 'main'] as const).find((what) => tally[what] === 0 && killed() >= kills - 4)
    if (missing === 'main' || missing === 'both') return missing
    if (missing && left[missing] > 0) return missing
    return able[drawn] ?? (drawn === able.length ? 'main' : 'both')
  }

  /** Writes notes from the page, one after the other, until the app is gone. */
  function write(app: LaunchedApp) {
    let stopped = false
    let wake: (() => void)[] = []
    const run = async () => {
      while (!stopped) {
        try {
          const page = await app.firstWindow()
          const known = await answered(notesOf(page))
          // Nothing that was acknowledged before is missing now.
          expect(known).toEqual(expect.arrayContaining([...acknowledged]))
          while (!stopped) {
            acknowledged.add(await answered(note(page, `Note ${acknowledged.size} of ${seed}`)))
            for (const tell of wake.splice(0)) tell()
          }
        } catch (error) {
          if (error instanceof Error && error.name === 'AssertionError') throw error
          // The page, the node or the app has just been killed.
          if (error === lost) await app.lookAnew()
          await after(20)
        }
      }
    }
    const running = run()
    const failed = new Promise<never>((_, reject) => running.catch(reject))
    failed.catch(() => undefined)
    return {
      /** The next acknowledgement. */
      next: () => Promise.race([new Promise<void>((resolve) => wake.push(resolve)), failed]),
      async stop() {
        stopped = true
        wake = []
        await running
      },
    }
  }
})

/** Writes a note as the page does; answers its id once the node has acknowledged it. */
const note = (page: Page, text: string): Promise<string> =>
  page.evaluate(async (words) => {
    const body = JSON.stringify({ text: words })
    const answer = await fetch('/api/v1/notes', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    if (!answer.ok) throw new Error(`${answer.status}`)
    return (await answer.json()).id
  }, text)

/** The ids of all notes. */
const notesOf = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const ids: string[] = []
    for (let cursor = ''; ; ) {
      const answer = await fetch(`/api/v1/notes?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)
      if (!answer.ok) throw new Error(`${answer.status}`)
      const part: { items: { id: string }[]; next: string | null } = await answer.json()
      ids.push(...part.items.map(({ id }) => id))
      if (part.next === null) return ids
      cursor = part.next
    }
  })
