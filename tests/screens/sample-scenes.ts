/** What is done with a conversation, played on the sample: it holds everything that a reader can show. */
import type { Page } from 'playwright-core'
import { type Scene, talk } from './scene.ts'

/** A conversation of the sample, and what is done in it. */
const sampled = (name: string, title: string, act: (page: Page) => Promise<void>): Scene => talk(name, 'sample', title, act)
const lisbon = 'Three days in Lisbon, slowly'
/** By the keys of the reader, which do the same at every width. */
const press = async (page: Page, key: string): Promise<void> => {
  await page.locator('article').first().focus()
  await page.keyboard.press(key)
}

export const sampleScenes: readonly Scene[] = [
  sampled('reader-artifact', 'A timer for tea', () => Promise.resolve()),
  sampled('reader-tools', 'Why does my loop skip items?', () => Promise.resolve()),
  sampled('reader-formula', 'How long until savings double?', () => Promise.resolve()),
  sampled('reader-notes', lisbon, async (page) => {
    await page.getByRole('button', { name: 'Outline and notes' }).click()
    await page.getByRole('tab', { name: /^Notes/ }).click()
  }),
  sampled('reader-selected', lisbon, async (page) => {
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
  sampled('reader-menu', lisbon, async (page) => {
    await page.getByRole('button', { name: 'More for this conversation' }).click()
    await page.getByRole('menuitem', { name: 'Rename' }).waitFor()
  }),
  sampled('reader-details', lisbon, async (page) => {
    await page.getByRole('button', { name: 'More for this conversation' }).click()
    await page.getByRole('menuitem', { name: 'Details' }).click()
    await page.getByRole('dialog').waitFor()
  }),
  sampled('reader-delete', lisbon, async (page) => {
    await page.getByRole('button', { name: 'More for this conversation' }).click()
    await page.getByRole('menuitem', { name: 'Delete …' }).click()
    await page.getByRole('alertdialog').waitFor()
  }),
  sampled('reader-find', lisbon, async (page) => {
    await page.getByRole('button', { name: 'Find in this conversation' }).click()
    await page.keyboard.type('tram')
    await page.getByText(/^1 of/).waitFor()
  }),
  sampled('reader-find-none', lisbon, async (page) => {
    await page.getByRole('button', { name: 'Find in this conversation' }).click()
    await page.keyboard.type('qqqq')
    await page.getByText('Not found').waitFor()
  }),
  sampled('reader-outline', lisbon, async (page) => {
    await page.getByRole('button', { name: 'Outline and notes' }).click()
    await page.getByRole('tab', { name: 'Outline' }).click()
  }),
  sampled('reader-note', lisbon, async (page) => {
    await press(page, 'n')
    await page.getByRole('textbox', { name: 'Your note' }).fill('Ask about the **tram** pass')
  }),
  sampled('reader-tag', lisbon, async (page) => {
    await press(page, 't')
    await page.getByRole('combobox', { name: 'Your tag' }).fill('tra')
    await page.getByRole('option').first().waitFor()
  }),
  sampled('reader-message-menu', lisbon, async (page) => {
    await page.locator('article').first().hover()
    await page
      .getByRole('button', { name: /^More for this message/ })
      .first()
      .click()
    await page.getByRole('menuitem', { name: 'Copy this message' }).waitFor()
  }),
  sampled('reader-rename', lisbon, async (page) => {
    await press(page, 'F2')
    await page.getByRole('textbox', { name: 'Title' }).waitFor()
  }),
  sampled('reader-copied', lisbon, async (page) => {
    await page.getByRole('button', { name: 'More for this conversation' }).click()
    await page.getByRole('menuitem', { name: 'Copy link' }).click()
  }),
  sampled('reader-picture', lisbon, async (page) => {
    await page.locator('article button:has(img)').first().click()
    await page.getByRole('dialog').waitFor()
  }),
  sampled('reader-artifact-run', 'A timer for tea', async (page) => {
    await page.getByRole('button', { name: 'Run it' }).click()
    await page.locator('iframe').waitFor()
  }),
  sampled('reader-tools-open', 'Why does my loop skip items?', async (page) => {
    await page.locator('summary', { hasText: 'Reasoning' }).click()
    await page.locator('summary', { hasText: 'tasks =' }).click()
  }),
]
