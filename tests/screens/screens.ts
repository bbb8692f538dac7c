/**
 * Pictures of every screen and state, in three sizes, light and dark, for people to look at:
 * `npm run screens -- [--only WORDS] [--out FOLDER]`.
 */
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import { openStages, type Stage } from './nodes.ts'
import type { Scene } from './scene.ts'
import { scenes } from './scenes.ts'

const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
  { width: 390, height: 844 },
]
const themes = ['light', 'dark'] as const

const { values } = parseArgs({ options: { only: { type: 'string' }, out: { type: 'string', default: 'screens' } } })
const out = resolve(values.out)
await mkdir(out, { recursive: true })
const chosen = scenes.filter((scene) => scene.name.includes(values.only ?? ''))
await using stages = await openStages()
let failed = 0
for (const scene of chosen) {
  const stage = await stages.get(scene.node)
  try {
    await play(scene, stage)
  } catch (error) {
    failed++
    console.error(`${scene.name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
console.error(`${chosen.length - failed} of ${chosen.length} scenes in ${out}`)
process.exitCode = failed > 0 ? 1 : 0

async function play(scene: Scene, stage: Stage): Promise<void> {
  const page = await open(scene, stage)
  const wrong: string[] = []
  page.on('pageerror', (error) => wrong.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) wrong.push(message.text())
  })
  for (const size of sizes) {
    await page.setViewportSize(size)
    await scene.play(page, stage)
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.waitForTimeout(300) // what a phone would have painted by now, on a busy machine too
      await page.screenshot({ path: join(out, `${scene.name}-${size.width}-${colorScheme}.png`) })
    }
  }
  await page.close()
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
}

async function open(scene: Scene, { context }: Stage): Promise<Page> {
  const page = scene.stranger ? await (await context.browser()?.newContext())?.newPage() : await context.newPage()
  if (!page) throw new Error('The browser is gone.')
  const preferences = JSON.stringify({ welcomed: true, ...scene.preferences })
  await page.addInitScript((text) => localStorage.setItem('preferences', text), preferences)
  return page
}
