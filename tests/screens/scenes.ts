/** Every screen and state that is worth a look: which node it plays on, and how to get there. */
import { generatedExport } from '../bench/kit/exports.ts'
import { sampleScenes } from './sample-scenes.ts'
import { at, type Scene, screen } from './scene.ts'

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
  {
    ...screen('welcome-chats', 'empty', '/welcome', { welcomed: false }),
    async play(page, stage) {
      await at(page, stage, '/welcome')
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('heading', { name: 'Bring your chats in' }).waitFor()
    },
  },
  screen('library-empty', 'empty', '/'),
  screen('library-one', 'one', '/'),
  screen('library-sample', 'sample', '/'),
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
  ...sampleScenes,
  screen('notes', 'sample', '/notes'),
  screen('notes-empty', 'empty', '/notes'),
  {
    ...screen('library-filter', 'sample', '/'),
    async play(page, stage) {
      await at(page, stage, '/')
      await page.getByRole('button', { name: 'Filter', exact: true }).click()
      await page.getByRole('dialog', { name: 'Filter' }).waitFor()
    },
  },
  {
    ...screen('import-undo', 'sample', '/import'),
    async play(page, stage) {
      await at(page, stage, '/import')
      await page.getByRole('link', { name: /VIVIM sample/ }).click()
      await page.getByRole('button', { name: 'Undo this import' }).click()
      await page.getByRole('alertdialog').waitFor()
    },
  },
  screen('not-found', 'full', '/c/01JABCDEFGHJKMNPQRSTVWXYZ0'),
  ...sections.map((section) => screen(`settings-${section}`, 'full', `/settings/${section}`)),
  screen('settings-appearance-german', 'full', '/settings/appearance', { language: 'de' }),
  ...(['es', 'de', 'ja'] as const).flatMap((language) => [
    screen(`library-${language}`, 'full', '/', { language }),
    screen(`import-${language}`, 'full', '/import', { language }),
    screen(`settings-${language}`, 'full', '/settings/keys', { language }),
  ]),
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
