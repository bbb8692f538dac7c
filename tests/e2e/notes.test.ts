/** All notes in one place, on the built product in a real browser. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { axeFindings } from '../kit/axe.ts'
import { type Browsed, browseNode } from '../kit/browsed.ts'
import { chromiumMissing } from '../kit/chromium.ts'
import { requires } from '../kit/requires.ts'
import { shortExport } from '../screens/conversations.ts'

let here: Browsed
beforeAll(async () => {
  if (await chromiumMissing()) return
  here = await browseNode(async (machine) => {
    const path = join(machine.folder, 'conversations.json')
    await writeFile(path, shortExport())
    await machine.done(['import', path])
  })
  await here.page.close()
})
afterAll(() => here?.[Symbol.asyncDispose]())
beforeEach((test) => requires(test, 'chromium'))

const notes = (page: Page) => page.getByRole('list', { name: 'Your notes' }).getByRole('listitem')
const field = (page: Page) => page.getByRole('textbox', { name: 'Your note' })

describe('notes', () => {
  it('are written, changed and deleted, and lead to what they are about', async () => {
    const page = await here.context.newPage()
    await page.goto(here.node.origin)
    await page.getByRole('link', { name: 'Your notes' }).click()
    await page.getByText('Nothing yet.').waitFor()
    await field(page).fill('Buy lemons')
    await page.keyboard.press('Control+Enter')
    await notes(page).filter({ hasText: 'Buy lemons' }).getByText('On its own').waitFor()
    await expect.poll(() => field(page).inputValue()).toBe('')

    await page.getByRole('link', { name: 'Library' }).first().click()
    await page.getByRole('link', { name: /^One thing/ }).click()
    await page.locator('article').filter({ hasText: 'Lisbon.' }).focus()
    await page.keyboard.press('n')
    await field(page).fill('I did not know that')
    await page.keyboard.press('Control+Enter')
    await field(page).waitFor({ state: 'detached' })

    await page.getByRole('link', { name: 'Your notes' }).click()
    const about = notes(page).filter({ hasText: 'I did not know that' })
    await about.waitFor()
    await expect.poll(() => notes(page).count()).toBe(2)
    expect(await axeFindings(page)).toEqual([])
    await about.getByRole('button', { name: 'Change this note' }).click()
    await notes(page).getByRole('textbox').fill('Now I know that')
    await notes(page).getByRole('button', { name: 'Save' }).click()
    const changed = notes(page).filter({ hasText: 'Now I know that' })
    await changed.getByRole('button', { name: 'Change this note' }).waitFor()
    await changed.getByRole('link', { name: 'One thing' }).click()
    await page.waitForURL(/\/c\/.*unit=/)
    await page.getByText('Now I know that').waitFor()

    await page.goBack()
    await notes(page).filter({ hasText: 'Buy lemons' }).getByRole('button', { name: 'Delete this note' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
    await notes(page).filter({ hasText: 'Buy lemons' }).waitFor({ state: 'detached' })
    await page.reload()
    await changed.waitFor()
    await expect.poll(() => notes(page).count()).toBe(1)
    await page.close()
  })
})
