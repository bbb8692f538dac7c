/** Writing something into the library, on the built product in a real browser. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { axeFindings } from '../kit/axe.ts'
import { type Browsed, browseNode } from '../kit/browsed.ts'
import { chromiumMissing } from '../kit/chromium.ts'
import { requires } from '../kit/requires.ts'

let here: Browsed
beforeAll(async () => {
  if (await chromiumMissing()) return
  here = await browseNode(async () => {})
})
afterAll(() => here?.[Symbol.asyncDispose]())
beforeEach((test) => requires(test, 'chromium'))

it('keeps a snippet that is written anywhere, once, and survives a node that does not answer', async () => {
  const { page, context } = here
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('New snippet')
  await page.keyboard.press('Enter')
  const field = page.getByRole('textbox', { name: 'Write or paste something' })
  await field.waitFor()
  expect(await axeFindings(page)).toEqual([])
  await field.fill('Rye needs **more** water')
  await page.getByRole('textbox', { name: /^Title/ }).fill('Bread')
  await page.getByRole('textbox', { name: /^Tags/ }).fill('rye, baking')
  await context.setOffline(true)
  await field.press('Control+Enter')
  await page.getByText('Your node does not answer at the moment.').waitFor()
  expect(await field.inputValue()).toBe('Rye needs **more** water')
  await context.setOffline(false)
  await page.getByRole('link', { name: 'Open it' }).click()
  await page.getByRole('heading', { name: 'Bread' }).waitFor()
  await page.locator('article strong', { hasText: 'more' }).waitFor()
  expect(await page.locator('article').count()).toBe(1)
  for (const tag of ['rye', 'baking']) await page.getByText(tag, { exact: true }).first().waitFor()
})
