/** The library on the built product in a real browser: a long list, its filters, its keys, and what is left behind: nothing. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { axeFindings } from '../kit/axe.ts'
import { type Browsed, browseNode } from '../kit/browsed.ts'
import { chromiumMissing } from '../kit/chromium.ts'
import { requires } from '../kit/requires.ts'
import { writeExport } from '../kit/written-exports.ts'

const many = 20_000
const hour = 3_600_000
const first = Date.UTC(2025, 5, 30)

/** Conversations of two messages each, an hour apart, the first the newest. */
const manyConversations = () =>
  Array.from({ length: many }, (_, index) => {
    const at = new Date(first - index * hour).toISOString()
    const says = (sender: string, text: string) => ({
      uuid: `${index}-${sender}`,
      sender,
      text,
      content: [{ type: 'text', text }],
      created_at: at,
      updated_at: at,
    })
    return {
      uuid: `many-${index}`,
      name: index === 1234 ? 'Pruning the quince' : `Talk ${index}`,
      created_at: at,
      updated_at: at,
      chat_messages: [says('human', `Question ${index}`), says('assistant', `Answer ${index}`)],
    }
  })

let here: Browsed
beforeAll(async () => {
  if (await chromiumMissing()) return
  here = await browseNode(async (machine) => {
    const path = join(machine.folder, 'conversations.json')
    await writeFile(path, JSON.stringify(manyConversations()))
    await machine.done(['import', path])
    // The export has one conversation that cannot be read, so the command ends with “partly”.
    await machine.vivim(['import', writeExport(machine.folder, 'chatgpt', { seed: 5, conversations: 12 }).path])
  })
  await here.page.close()
})
afterAll(() => here?.[Symbol.asyncDispose]())
beforeEach((test) => requires(test, 'chromium'))

const open = async (path = '/'): Promise<Page> => {
  const page = await here.context.newPage()
  await page.goto(here.node.origin + path)
  await rows(page).first().waitFor()
  return page
}
const list = (page: Page) => page.getByRole('region', { name: 'Conversations' })
const rows = (page: Page) => list(page).locator('[data-conversation]')
const row = (page: Page, title: string) => rows(page).filter({ has: page.getByText(title, { exact: true }) })
const focused = (page: Page) =>
  page.evaluate(() => document.activeElement?.querySelector('[dir="auto"]')?.textContent ?? document.activeElement?.tagName)

describe('the library', () => {
  it('goes through 20,000 conversations by keys, and stays in its place while one is read', async () => {
    const page = await open()
    await page.keyboard.press('f')
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => focused(page)).toBe('Talk 0')
    await page.keyboard.press('j')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('k')
    await expect.poll(() => focused(page)).toBe('Talk 1')
    await page.keyboard.press('End')
    await page.getByText(/The end of the list: 20,0\d\d conversations/).waitFor()
    await expect.poll(() => focused(page)).toBe(`Talk ${many - 1}`)
    await page.keyboard.press('ArrowUp')
    const read = `Talk ${many - 2}`
    await expect.poll(() => focused(page)).toBe(read)
    // Few rows are in the document, however long the list is.
    await expect.poll(() => rows(page).count()).toBeLessThan(80)

    await page.keyboard.press('Enter')
    await page.waitForURL(/\/c\//)
    await page.locator('h1').first().waitFor()
    await expect.poll(() => focused(page)).toBe(read)
    await expect.poll(() => list(page).locator('[aria-current="page"]').textContent()).toContain(read)
    await page.goBack()
    await page.waitForURL(`${here.node.origin}/`)
    await row(page, read).waitFor()
    // From elsewhere too: the list is as long as it was, and where it was.
    await page.getByRole('link', { name: 'Help' }).click()
    await page.waitForURL(/help/)
    await page.goBack()
    await row(page, read).waitFor()
    await page.close()
  })

  it('filters at once, says what holds, and shows a screen as it was left', async () => {
    const page = await open()
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    const filters = page.getByRole('dialog', { name: 'Filter' })
    await filters.getByRole('checkbox', { name: /ChatGPT/ }).check()
    await row(page, 'Talk 0').waitFor({ state: 'detached' })
    await filters.getByRole('checkbox', { name: 'Starred' }).check()
    await page.getByRole('heading', { name: 'Nothing to show' }).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByText('2 filters hide what is there.').count()).toBe(1)
    await page.getByRole('button', { name: 'Remove the filter State: Starred' }).click()
    await rows(page).first().click()
    await page.waitForURL(/\/c\//)
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.waitForURL(/settings/)
    await page.goBack()
    await page.goBack()
    await page.waitForURL(`${here.node.origin}/`)
    await page.getByRole('button', { name: 'Remove the filter Service: ChatGPT' }).waitFor()
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await row(page, 'Talk 0').waitFor()
    await page.close()
  })

  it('finds a title as it is typed, and leaves no word of it in the browser', async () => {
    const page = await open()
    await page.getByRole('searchbox', { name: 'Filter by title' }).fill('quin')
    await list(page).locator('mark').getByText('quince').waitFor()
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Pruning the quince')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/c\//)
    const left = await page.evaluate(() =>
      JSON.stringify([location.href, document.title, history.state, { ...localStorage }, { ...sessionStorage }]),
    )
    expect(left).not.toMatch(/quin|prun/i)
    await page.close()
  })

  it('stars, archives with undo, and deletes after a question, by keys', async () => {
    const page = await open()
    await row(page, 'Talk 2').focus()
    await page.keyboard.press('s')
    await row(page, 'Talk 2').getByRole('img', { name: 'Starred' }).waitFor()
    await page.keyboard.press('e')
    await row(page, 'Talk 2').waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe('Talk 3')
    await page.getByRole('button', { name: 'Undo' }).click()
    await row(page, 'Talk 2').waitFor()
    await row(page, 'Talk 5').focus()
    await page.keyboard.press('Delete')
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click()
    await expect.poll(() => focused(page)).toBe('Talk 5')
    await page.keyboard.press('Delete')
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete for good' }).click()
    await row(page, 'Talk 5').waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe('Talk 6')
    await page.reload()
    await row(page, 'Talk 2').getByRole('img', { name: 'Starred' }).waitFor()
    await expect.poll(() => row(page, 'Talk 5').count()).toBe(0)
    await page.close()
  })

  it('sends changes in the order in which they were made, however slow the way is', async () => {
    const page = await open()
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>()
    const seen: string[] = []
    await page.route('**/api/v1/conversations/*', async (route) => {
      if (route.request().method() !== 'PATCH') return await route.continue()
      seen.push(route.request().postData() ?? '')
      if (seen.length === 1) await held
      await route.continue()
    })
    await row(page, 'Talk 8').focus()
    await page.keyboard.press('e')
    await row(page, 'Talk 8').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Undo' }).click()
    await row(page, 'Talk 8').waitFor()
    expect(seen).toEqual(['{"archived":true}'])
    letGo()
    await expect.poll(() => seen).toEqual(['{"archived":true}', '{"archived":false}'])
    await page.unroute('**/api/v1/conversations/*')
    await page.reload()
    await row(page, 'Talk 8').waitFor()
    await page.close()
  })

  it('shows the list or the conversation on a phone, with a way back', async () => {
    const page = await open()
    await page.setViewportSize({ width: 390, height: 844 })
    await row(page, 'Talk 3').click()
    await page.locator('h1').first().waitFor()
    await expect.poll(() => row(page, 'Talk 3').isVisible()).toBe(false)
    await page.getByRole('main').getByRole('link', { name: 'Library' }).click()
    await row(page, 'Talk 3').waitFor()
    await page.close()
  })

  it('has nothing that axe objects to', async () => {
    const page = await open()
    await page.getByText('Newest imports').waitFor()
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page
      .getByRole('dialog', { name: 'Filter' })
      .getByRole('checkbox', { name: /ChatGPT/ })
      .check()
    expect(await axeFindings(page)).toEqual([])
    await page.close()
  })
})
