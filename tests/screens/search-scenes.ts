/** Search and the palette: before, with and without hits, filtered. */
import type { Page } from 'playwright-core'
import { acted, type Scene } from './scene.ts'

const field = (page: Page) =>
  page.getByRole('main').getByRole('searchbox').or(page.getByRole('main').getByRole('combobox')).first()
const typed = (name: string, words: string, preferences?: Scene['preferences']): Scene =>
  acted(
    name,
    'full',
    '/search',
    async (page) => {
      await field(page).fill(words)
      await page.locator('mark').or(page.locator('[data-results-for] h2')).first().waitFor()
    },
    preferences,
  )
const palette = (name: string, words: string): Scene =>
  acted(name, 'full', '/', async (page) => {
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByRole('combobox').fill(words)
    await page.getByRole('dialog').getByRole('option').first().waitFor()
  })

export const searchScenes: readonly Scene[] = [
  acted('search-empty', 'empty', '/search', (page) => field(page).focus()),
  typed('search-hits', 'snapshot'),
  typed('search-one-talk', 'weather'),
  typed('search-arabic', 'snapshot', { language: 'ar' }),
  typed('search-german', 'snapshot', { language: 'de' }),
  typed('search-nothing', 'qqqqxxyz'),
  acted('search-filter', 'full', '/search', async (page) => {
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByRole('dialog', { name: 'Filter' }).getByRole('checkbox').first().waitFor()
  }),
  acted('search-filtered', 'full', '/search', async (page) => {
    await field(page).fill('snapshot')
    await page.locator('mark').first().waitFor()
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    const panel = page.getByRole('dialog', { name: 'Filter' })
    await panel.getByRole('checkbox', { name: /^ChatGPT/ }).check()
    await panel.locator('summary', { hasText: 'Who wrote it' }).click()
    await panel.getByRole('group', { name: 'Who wrote it' }).getByRole('checkbox').first().check()
    await page.keyboard.press('Escape')
    await page.locator('mark').first().waitFor()
  }),
  palette('palette', 'wea'),
  palette('palette-commands', ''),
  palette('palette-nothing', 'qqqqxxyz'),
]
