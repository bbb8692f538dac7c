/** What a person sees when something is late, away or broken. */
import type { Page } from 'playwright-core'
import { at, type Scene, screen } from './scene.ts'

/** Nothing answers any more at addresses that match. */
const silence = (page: Page, path: RegExp) => page.route(path, () => undefined)
/** What the page loads for a screen throws when it is drawn. */
const breakScript = (page: Page, name: string) =>
  page.route(new RegExp(`/assets/${name}-[\\w-]+\\.js$`), (route) =>
    route.fulfill({ contentType: 'text/javascript', body: 'export default () => { throw new Error("broken") }' }),
  )

export const troubleScenes: readonly Scene[] = [
  {
    name: 'offline',
    node: 'full',
    async play(page, stage) {
      await at(page, stage, '/')
      // What is open already is read on; what the page asks for next finds nobody.
      await page.route('**/api/**', (route) => route.abort())
      await page.evaluate(() => window.dispatchEvent(new Event('online')))
      await page.locator('main a[href^="/c/"]').nth(3).click()
      await page.getByRole('alert').first().waitFor()
      await page.unroute('**/api/**')
    },
  },
  {
    name: 'offline-start',
    node: 'full',
    async play(page, stage) {
      await page.route('**/api/**', (route) => route.abort())
      await page.goto(stage.node.origin)
      await page.getByRole('heading', { level: 1 }).waitFor()
    },
  },
  {
    name: 'starting',
    node: 'full',
    async play(page, stage) {
      await silence(page, /\/api\//)
      await page.goto(stage.node.origin)
      await page.locator('[aria-busy="true"]').first().waitFor()
    },
  },
  {
    name: 'library-loading',
    node: 'full',
    async play(page, stage) {
      await silence(page, /\/api\/v1\/conversations/)
      await page.goto(stage.node.origin)
      await page.getByRole('navigation').first().waitFor()
      await page.waitForTimeout(700) // until it says that it is late
    },
  },
  {
    name: 'reader-loading',
    node: 'full',
    async play(page, stage) {
      await silence(page, /\/(units|conversations\/[^/?]+)/)
      await page.goto(`${stage.node.origin}/c/${stage.talks.get('One thing')}`)
      await page.getByRole('navigation').first().waitFor()
      await page.waitForTimeout(700) // until it says that it is late
    },
  },
  {
    name: 'settings-failed',
    node: 'full',
    async play(page, stage) {
      await page.route(/\/api\/v1\/storage/, (route) => route.abort())
      await page.goto(`${stage.node.origin}/settings/storage`)
      await page.getByRole('alert').first().waitFor()
    },
  },
  {
    ...screen('broken', 'full', '/help'),
    faulty: true,
    async play(page, stage) {
      await breakScript(page, 'help')
      await page.goto(`${stage.node.origin}/help`)
      await page.getByRole('alert').first().waitFor()
    },
  },
]
