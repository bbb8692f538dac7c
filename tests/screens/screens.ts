/**
 * Pictures of every screen and state, in three sizes, light and dark, for people to look at:
 * `npm run screens -- [--only WORDS] [--out FOLDER]`. The smallest is worked by touch, as a phone is. What goes on below the
 * edge of a long screen is on pictures of their own, `NAME-whole-…`.
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
const phone = 390
/** For a scene to come about, in milliseconds. */
const patience = 15_000
/** A screen is no longer than that in a picture, in pixels. */
const tallest = 3000

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
  const devtools = await page.context().newCDPSession(page)
  for (const size of sizes) {
    await page.setViewportSize(size)
    await devtools.send('Emulation.setTouchEmulationEnabled', { enabled: size.width === phone })
    await scene.play(page, stage)
    // Devices that came for another scene are news on every page.
    const news = page.locator('#main > [role="status"] button')
    if (scene.name !== 'device-news' && (await news.isVisible())) await news.click()
    await take(page, `${scene.name}-${size.width}`)
    const height = scene.whole ? await below(page) : 0
    if (height > 0) {
      await page.setViewportSize({ ...size, height: Math.min(size.height + height, tallest) })
      await take(page, `${scene.name}-whole-${size.width}`)
    }
  }
  await scene.after?.(page, stage)
  await page.close()
  if (wrong.length > 0 && !scene.faulty) throw new Error(wrong.join('\n'))
}

async function take(page: Page, name: string): Promise<void> {
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.waitForTimeout(300) // what a phone would have painted by now, on a busy machine too
    await page.screenshot({ path: join(out, `${name}-${colorScheme}.png`) })
  }
}

/** How much there is below the edge, in pixels. */
async function below(page: Page): Promise<number> {
  return await page.locator('#main').evaluate((main) => main.scrollHeight - main.clientHeight)
}

async function open(scene: Scene, { context, ...others }: Stage): Promise<Page> {
  const own = scene.browser ? others[scene.browser]() : context
  const page = await (await own).newPage()
  page.setDefaultTimeout(patience)
  const preferences = JSON.stringify({ welcomed: true, devicesSeen: Number.MAX_SAFE_INTEGER, ...scene.preferences })
  // Frames without storage are not asked.
  await page.addInitScript((text) => window === window.top && localStorage.setItem('preferences', text), preferences)
  return page
}
