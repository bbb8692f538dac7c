/** What is done with a conversation, played on the sample: it holds everything that a reader can show. */
import type { Page } from 'playwright-core'
import { at, type Scene } from './scene.ts'

/** A conversation of the sample, and what is done in it. */
const sampled = (name: string, title: string, act: (page: Page) => Promise<void>): Scene => ({
  name,
  node: 'sample',
  async play(page, stage) {
    await at(page, stage, `/c/${stage.talks.get(title)}`)
    await page.locator('[data-unit]').first().waitFor()
    await act(page)
  },
})

export const sampleScenes: readonly Scene[] = [
  sampled('reader-artifact', 'A timer for tea', () => Promise.resolve()),
  sampled('reader-tools', 'Why does my loop skip items?', () => Promise.resolve()),
  sampled('reader-formula', 'How long until savings double?', () => Promise.resolve()),
  sampled('reader-notes', 'Three days in Lisbon, slowly', async (page) => {
    await page.getByRole('button', { name: 'Outline and notes' }).click()
    await page.getByRole('tab', { name: /^Notes/ }).click()
  }),
  sampled('reader-selected', 'Three days in Lisbon, slowly', async (page) => {
    const handle = page.getByRole('checkbox', { name: /^Select part 2/ })
    if (await handle.isVisible()) await handle.click()
    else {
      await page
        .getByRole('button', { name: /^More for this message/ })
        .first()
        .click()
      await page.getByRole('menuitem', { name: 'Select this message' }).click()
    }
    await page.getByRole('toolbar', { name: 'What is selected' }).waitFor()
  }),
  sampled('reader-menu', 'Three days in Lisbon, slowly', async (page) => {
    await page.getByRole('button', { name: 'More for this conversation' }).click()
    await page.getByRole('menuitem', { name: 'Rename' }).waitFor()
  }),
  sampled('reader-details', 'Three days in Lisbon, slowly', async (page) => {
    await page.getByRole('button', { name: 'More for this conversation' }).click()
    await page.getByRole('menuitem', { name: 'Details' }).click()
    await page.getByRole('dialog').waitFor()
  }),
  sampled('reader-delete', 'Three days in Lisbon, slowly', async (page) => {
    await page.getByRole('button', { name: 'More for this conversation' }).click()
    await page.getByRole('menuitem', { name: 'Delete …' }).click()
    await page.getByRole('alertdialog').waitFor()
  }),
  sampled('reader-find', 'Three days in Lisbon, slowly', async (page) => {
    await page.getByRole('button', { name: 'Find in this conversation' }).click()
    await page.keyboard.type('tram')
    await page.getByText(/^1 of/).waitFor()
  }),
]
