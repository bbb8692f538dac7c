/** A mistake in one part of the page, in a real browser: it takes neither the screen around it nor the app with it. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { axeFindings } from '../kit/axe.ts'
import { type Browsed, browseNode } from '../kit/browsed.ts'
import { chromiumMissing } from '../kit/chromium.ts'
import { requires } from '../kit/requires.ts'

const at = '2026-01-02T03:04:05Z'
const text = 'Before it.\n\n<figure>a unit that breaks</figure>\n\nAfter it.'

let here: Browsed
beforeAll(async () => {
  if (await chromiumMissing()) return
  here = await browseNode(async (machine) => {
    const path = join(machine.folder, 'conversations.json')
    const message = { uuid: 'm', sender: 'human', text, content: [{ type: 'text', text }], created_at: at, updated_at: at }
    const chat = { uuid: 'c', name: 'A talk', created_at: at, updated_at: at, chat_messages: [message] }
    await writeFile(path, JSON.stringify([chat]))
    await machine.done(['import', path])
  })
  await here.page.close()
})
afterAll(() => here?.[Symbol.asyncDispose]())
beforeEach((test) => requires(test, 'chromium'))

const stopped = (page: Page) => page.getByRole('heading', { level: 1, name: 'This screen has stopped' })
const place = (page: Page, name: string) => page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name })
/** What the page loads for a screen throws when it is drawn. */
const breakScript = (page: Page, name: string) =>
  page.route(new RegExp(`/assets/${name}-[\\w-]+\\.js$`), (route) =>
    route.fulfill({ contentType: 'text/javascript', body: 'export default () => { throw new Error("broken") }' }),
  )

describe('a mistake', () => {
  it('in a screen leaves the places, says so, leads back, and is gone after a reload', async () => {
    const page = await here.context.newPage()
    await breakScript(page, 'help')
    await page.goto(here.node.origin)
    await place(page, 'Settings').click()
    await page.getByRole('heading', { level: 1, name: 'Status' }).waitFor()
    await place(page, 'Help').click()
    await stopped(page).waitFor()
    await page.getByRole('alert').getByText('Your library is as it was').waitFor()
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Go back' }).click()
    await page.getByRole('heading', { level: 1, name: 'Status' }).waitFor()
    await place(page, 'Help').click()
    await stopped(page).waitFor()
    await place(page, 'Import').click()
    await page.getByRole('heading', { level: 1, name: 'Import' }).waitFor()
    await page.goBack()
    await stopped(page).waitFor()
    await page.unrouteAll()
    await page.getByRole('button', { name: 'Load the page again' }).click()
    await page.getByRole('heading', { level: 1, name: 'Help' }).waitFor()
    await page.close()
  })

  it('in the reader, or a reader that cannot be had, leaves the list', async () => {
    const page = await here.context.newPage()
    await page.route(/\/assets\/reader-[\w-]+\.js$/, (route) => route.abort())
    await page.goto(here.node.origin)
    const talk = page.getByRole('region', { name: 'Conversations' }).getByRole('link', { name: 'A talk' })
    await talk.click()
    await stopped(page).waitFor()
    await expect.poll(() => talk.getAttribute('aria-current')).toBe('page')
    await page.close()
  })

  it('in one unit shows that unit as it was written, and the others as ever', async () => {
    const page = await here.context.newPage()
    await page.addInitScript(() => {
      const { trim } = String.prototype
      String.prototype.trim = function (this: string) {
        if (this.includes('a unit that breaks')) throw new Error('broken')
        return trim.call(this)
      }
    })
    await page.goto(here.node.origin)
    await page.getByRole('link', { name: 'A talk' }).click()
    await page.getByText('Before it.').waitFor()
    await page.getByRole('article').getByText('<figure>a unit that breaks</figure>').waitFor()
    await page.getByText('After it.').waitFor()
    await page.close()
  })

  it('in the palette leads to the search screen', async () => {
    const page = await here.context.newPage()
    await breakScript(page, 'palette')
    await page.goto(`${here.node.origin}/help`)
    await page.getByRole('heading', { level: 1, name: 'Help' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByText('Something went wrong').waitFor()
    await page.waitForURL(`${here.node.origin}/search`)
    await page.close()
  })
})
