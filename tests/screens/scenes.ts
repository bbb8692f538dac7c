/** Every screen and state that is worth a look: which node it plays on, and how to get there. */
import type { Page } from 'playwright-core'
import { generatedExport } from '../bench/kit/exports.ts'
import type { NodeName, Stage } from './nodes.ts'

export interface Scene {
  /** The pictures' name. */
  readonly name: string
  readonly node: NodeName
  readonly preferences?: Readonly<Record<string, string | boolean>>
  /** In a browser without a session. */
  readonly stranger?: boolean
  /** Brings the page there; called once for each size. */
  play(page: Page, stage: Stage): Promise<void>
}

/** Opens an address and waits until nothing is loading any more. */
const at = async (page: Page, { node }: Stage, path: string): Promise<void> => {
  await page.goto(node.origin + path)
  await page.locator('h1').first().waitFor()
  await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' })
}
const screen = (name: string, node: NodeName, path: string, preferences?: Scene['preferences']): Scene => ({
  name,
  node,
  ...(preferences && { preferences }),
  play: (page, stage) => at(page, stage, path),
})
const talk = (name: string, title: string, preferences?: Scene['preferences']): Scene => ({
  name,
  node: 'full',
  ...(preferences && { preferences }),
  async play(page, stage) {
    await at(page, stage, `/c/${stage.talks.get(title)}`)
    await page.locator('[data-unit]').first().waitFor()
  },
})
const typed = (name: string, words: string): Scene => ({
  name,
  node: 'full',
  async play(page, stage) {
    await at(page, stage, '/search')
    await page.getByRole('main').getByRole('searchbox').or(page.getByRole('main').getByRole('combobox')).first().fill(words)
    await page.locator('mark').or(page.getByText('Nothing found')).first().waitFor()
  },
})

const sections = ['status', 'storage', 'backup', 'keys', 'sessions', 'privacy', 'appearance', 'language', 'advanced']

export const scenes: readonly Scene[] = [
  { ...screen('signed-out', 'empty', '/'), stranger: true },
  screen('welcome', 'empty', '/welcome', { welcomed: false }),
  screen('library-empty', 'empty', '/'),
  screen('import-empty', 'empty', '/import'),
  screen('search-empty', 'empty', '/search'),
  screen('library-full', 'full', '/'),
  talk('reader-short', 'One thing'),
  talk('reader-code', 'Refactoring the build into steps that can be told apart'),
  talk('reader-table', 'Sales by region and quarter'),
  talk('reader-arabic', 'كيف أتعلم البرمجة من البداية؟'),
  talk('reader-arabic-interface', 'كيف أتعلم البرمجة من البداية؟', { language: 'ar' }),
  talk('reader-japanese', '京都で静かに過ごす三日間', { language: 'ja' }),
  talk('reader-long', 'A very long talk about keeping bees'),
  typed('search-hits', 'weather'),
  typed('search-nothing', 'qqqqxxyz'),
  {
    name: 'palette',
    node: 'full',
    async play(page, stage) {
      await at(page, stage, '/')
      await page.keyboard.press('Control+k')
      await page.getByRole('dialog').getByRole('combobox').fill('wea')
      await page.getByRole('dialog').getByRole('option').first().waitFor()
    },
  },
  {
    name: 'import-report',
    node: 'full',
    async play(page, stage) {
      await at(
        page,
        stage,
        `/import/${await stage.importText('again.json', '[{"uuid":"1","name":"x","chat_messages":"no list"}]')}`,
      )
    },
  },
  {
    name: 'import-done',
    node: 'full',
    async play(page, stage) {
      await at(page, stage, '/import')
      await page
        .getByRole('link', { name: /^chatgpt/ })
        .last()
        .click()
      await page.getByRole('button', { name: 'Undo this import' }).waitFor()
    },
  },
  {
    name: 'import-failed',
    node: 'full',
    async play(page, stage) {
      await at(page, stage, `/import/${await stage.importText('holiday.txt', 'This is no export.')}`)
    },
  },
  {
    name: 'import-running',
    node: 'spare',
    async play(page, stage) {
      const { path } = await generatedExport(100_000, 1)
      await stage.node.local('POST', '/api/v1/imports/paths', { paths: [path] })
      await page.goto(`${stage.node.origin}/import`)
      await page.getByRole('progressbar').first().waitFor()
    },
  },
  screen('not-found', 'full', '/c/01JABCDEFGHJKMNPQRSTVWXYZ0'),
  ...sections.map((section) => screen(`settings-${section}`, 'full', `/settings/${section}`)),
  screen('settings-appearance-german', 'full', '/settings/appearance', { language: 'de' }),
  screen('library-arabic', 'full', '/', { language: 'ar' }),
  screen('library-pseudo', 'full', '/', { language: 'pseudo' }),
  screen('settings-pseudo', 'full', '/settings/keys', { language: 'pseudo' }),
  screen('help', 'full', '/help'),
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
]
