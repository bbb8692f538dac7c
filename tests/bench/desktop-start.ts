/**
 * The desktop app over a store with many messages, in the stand-in for Electron: how long from its first line until a
 * window shows the library, whether the window stays responsive while a large export is imported, and what the node uses
 * when no window is left. `--import` says how large the export is, in messages: 1,250,000 of them are about 1 GB.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import { launchApp } from '../electron/launch-app.ts'
import { importInto } from '../kit/desktop-store.ts'
import { generatedExport } from './kit/exports.ts'
import { mebibytes, median, printFigures, rounded, say } from './kit/figures.ts'
import { memoryOf } from './kit/served.ts'
import { processorTime, storedNode } from './kit/stored.ts'

const targets = { shown: 1500, task: 50, idleMemory: 160 * 2 ** 20, idleShare: 0.01 }
/** How long is waited before the node is looked at without windows, and how long it is looked at; milliseconds. */
const rest = { before: 20_000, during: 30_000 }

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '500000' },
    import: { type: 'string', default: '1250000' },
    seed: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '5' },
  },
})
const [size, imported, seed, rounds] = [values.size, values.import, values.seed, values.rounds].map(Number) as [
  number,
  number,
  number,
  number,
]

/** Notes when the first row of the library was on the screen, and every task that held the page's main thread. */
const watch = `{
  globalThis.__measured = { shown: undefined, painted: undefined, tasks: [] }
  const look = () => {
    if (!document.querySelector('main a[href^="/c/"]')) return requestAnimationFrame(look)
    requestAnimationFrame(() => { __measured.shown = performance.timeOrigin + performance.now() })
  }
  requestAnimationFrame(look)
  new PerformanceObserver((list) => __measured.tasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: 'longtask', buffered: true })
}`
interface Measured {
  readonly shown: number
  readonly tasks: readonly number[]
}
const measuredIn = (page: Page): Promise<Measured> => page.evaluate(() => Reflect.get(globalThis, '__measured'))

const stored = await storedNode(await generatedExport(size, seed))
const file = await generatedExport(imported, seed + 1)
const folder = await mkdtemp(join(tmpdir(), 'vivim-bench-desktop-'))
try {
  await cp(stored.folder, folder, { recursive: true })
  // One start with nothing to measure: the files are in the system's memory, and the browser's profile is there.
  await started()
  const starts: { shown: number; browser: number }[] = []
  for (let round = 0; round < rounds; round++) starts.push(await started())
  say(`shown after ${starts.map(({ shown }) => Math.round(shown)).join(', ')} ms`)

  const app = await launchApp({ folder, script: watch })
  const page = await app.firstWindow()
  await page.locator('main a[href^="/c/"]').first().waitFor()
  const before = (await measuredIn(page)).tasks.length
  await page.evaluate(() => history.pushState(null, '', '/imports'))
  say(`Importing ${file.messages} messages …`)
  const from = performance.now()
  await importInto(app, file.path)
  const seconds = (performance.now() - from) / 1000
  const tasks = (await measuredIn(page)).tasks.slice(before)

  await app[Symbol.asyncDispose]()

  const idle = await idleUse()
  const shown = median(starts.map((one) => one.shown))
  const longest = Math.max(0, ...tasks)
  const calm = idle === undefined || (idle.resident <= targets.idleMemory && idle.share <= targets.idleShare)
  printFigures({
    name: 'desktop-start',
    size: stored.messages,
    unit: 'ms',
    ours: shown,
    limit: null,
    target:
      `a window shows the library in ≤ ${targets.shown} ms; no task of its main thread > ${targets.task} ms during an import; ` +
      `without windows the node takes ≤ ${targets.idleShare * 100} % of a core and ≤ ${mebibytes(targets.idleMemory)} MiB`,
    ok: shown <= targets.shown && longest <= targets.task && calm,
    details: {
      shownMs: starts.map((one) => rounded(one.shown)),
      ofThatStandInsBrowserMs: starts.map((one) => rounded(one.browser)),
      import: { messages: file.messages, seconds: rounded(seconds), longTasksMs: tasks.map(rounded) },
      idle: idle && { ofCore: rounded(idle.share), MiB: mebibytes(idle.resident) },
    },
  })
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}

/** Milliseconds from the app's first line until the library was on the screen, and those that its browser took to start. */
async function started(): Promise<{ shown: number; browser: number }> {
  await using app = await launchApp({ folder, script: watch })
  const [begun, browser] = [await app.drive.begun(), await app.drive.browserTook()]
  // Who drives the page takes of the machine's time: only afterwards.
  while (!(await app.drive.windows())[0]?.visible) await setTimeout(50)
  await setTimeout(2000)
  const page = await app.firstWindow()
  await page.locator('main a[href^="/c/"]').first().waitFor()
  const { shown } = await measuredIn(page)
  return { shown: shown - begun, browser }
}

/** What the node takes when no window is left: its share of a core, and bytes. Undefined where the app ends with its windows. */
async function idleUse(): Promise<{ share: number; resident: number } | undefined> {
  await using app = await launchApp({ folder })
  await (await app.firstWindow()).locator('main a[href^="/c/"]').first().waitFor()
  // Where no panel is known to show the tray it asks, once, whether it shall go on without windows: it shall.
  await app.drive.answerNextDialog({ response: 0, checkboxChecked: true })
  for (const { id } of await app.drive.windows()) await app.drive.closeWindow(id)
  await setTimeout(rest.before)
  const pid = await app.nodePid().catch(() => undefined)
  if (pid === undefined) return undefined
  const before = processorTime(pid)
  await setTimeout(rest.during)
  const { resident } = memoryOf(pid)
  return { share: (processorTime(pid) - before) / (rest.during / 1000), resident }
}
