/**
 * The page in a real Chromium, on loopback, over a store with many messages: how soon it can be used, how soon a
 * keystroke shows what it found, how soon a very long conversation is open, whether it scrolls smoothly, and whether its
 * memory stays level.
 */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launchChromium } from '../kit/chromium.ts'
import { hardExport } from '../screens/conversations.ts'
import { signIn } from '../screens/sign-in.ts'
import { generatedExport } from './kit/exports.ts'
import { mebibytes, median, printFigures, rounded, say } from './kit/figures.ts'
import { importInto } from './kit/importing.ts'
import { readOptions } from './kit/options.ts'
import { findTalk, keystrokes, loads, openings, scrolling, usedMemory } from './kit/page.ts'
import { serve } from './kit/served.ts'
import { quiet, storedNode } from './kit/stored.ts'

const targets = { usable: 1000, keystroke: 100, opening: 300, task: 16 }
/** Turns of the long conversation: some 5,000 units. */
const turns = 1670
/** An hour at a calm pace: one round of searching, reading and going back in twenty seconds. */
const hour = 180

const { size, seed, rounds } = readOptions({ size: 500_000, seed: 1, rounds: 5 })
const folder = await mkdtemp(join(tmpdir(), 'vivim-bench-ui-'))
try {
  const stored = await storedNode(await generatedExport(size, seed))
  await cp(stored.folder, folder, { recursive: true })
  const long = join(folder, 'claude.json')
  await writeFile(long, hardExport(turns))
  const node = await serve(folder)
  const browser = await launchChromium()
  try {
    await importInto(node, long)
    await quiet(node)
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    await signIn(node, await context.newPage())
    const talk = await findTalk(node, 'bees')

    say(`Loading the page over ${stored.messages} messages …`)
    const load = await loads(context, node.origin, rounds)
    say('Typing …')
    const typed = await keystrokes(context, node.origin, rounds)
    say(`Opening a conversation of ${talk.units} units …`)
    const opened = await openings(context, node.origin, talk.id, rounds)
    say('Scrolling …')
    const scrolled = await scrolling(context, node.origin, talk.id)
    say('An hour’s use …')
    const memory = await usedMemory(context, node.origin, talk.id, hour)

    const usable = median(load.map((one) => one.usable))
    const keystroke = atRank(typed, 0.95)
    const opening = median(opened)
    const task = atRank(scrolled.tasks, 0.95)
    const ok = [
      usable <= targets.usable,
      keystroke <= targets.keystroke,
      opening <= targets.opening,
      task <= targets.task,
      memory.level,
    ]
    printFigures({
      name: 'ui',
      size: stored.messages,
      unit: 'ms',
      ours: usable,
      limit: null,
      target:
        `usable in ≤ ${targets.usable} ms; keystroke to results p95 ≤ ${targets.keystroke} ms; 5,000 units open in ≤ ` +
        `${targets.opening} ms; the longest task of a frame while scrolling p95 ≤ ${targets.task} ms; memory level`,
      ok: ok.every(Boolean),
      details: {
        firstContentfulPaintMs: load.map((one) => rounded(one.painted)),
        usableMs: load.map((one) => rounded(one.usable)),
        keystrokeMs: { median: rounded(median(typed)), p95: rounded(keystroke), most: rounded(Math.max(...typed)) },
        openingMs: opened.map(rounded),
        units: talk.units,
        scrolling: { frames: scrolled.frames, taskP95Ms: rounded(task), longestMs: rounded(Math.max(...scrolled.tasks)) },
        memoryMiB: memory.samples.map(mebibytes),
        elements: memory.elements,
      },
    })
  } finally {
    await browser.close()
    await node.stop()
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

function atRank(values: readonly number[], rank: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(rank * sorted.length) - 1)] ?? Number.NaN
}
