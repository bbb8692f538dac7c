/** Finding on the built product in a real browser: from the palette to the unit by keys, filters, and the way back. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { axeFindings } from '../kit/axe.ts'
import { type Browsed, browseNode } from '../kit/browsed.ts'
import { chromiumMissing } from '../kit/chromium.ts'
import { holdBack } from '../kit/hold-back.ts'
import { requires } from '../kit/requires.ts'

const day = 86_400_000
const first = Date.UTC(2025, 5, 30)
const talk = (at: number, name: string, texts: readonly string[]) => ({
  uuid: `talk-${at}`,
  name,
  created_at: new Date(first - at * day).toISOString(),
  updated_at: new Date(first - at * day).toISOString(),
  chat_messages: texts.map((text, index) => ({
    uuid: `talk-${at}-${index}`,
    sender: index % 2 === 0 ? 'human' : 'assistant',
    text,
    content: [{ type: 'text', text }],
    created_at: new Date(first - at * day + index * 1000).toISOString(),
    updated_at: new Date(first - at * day + index * 1000).toISOString(),
  })),
})
const talks = [
  talk(0, 'A trellis for beans', ['How tall should a trellis be?', 'Two metres.\n\nA trellis of hazel holds for years.']),
  ...Array.from({ length: 120 }, (_, at) =>
    talk(at + 1, `Beans ${at}`, [`Do beans need water on day ${at}?`, `They do, on day ${at}.`]),
  ),
  talk(
    130,
    'Ladders and no end',
    Array.from({ length: 80 }, (_, at) => `Is ladder ${at} safe?`),
  ),
  talk(131, 'The shed', ['Where is the ladder?', 'In the shed.']),
]

let here: Browsed
beforeAll(async () => {
  if (await chromiumMissing()) return
  here = await browseNode(async (machine) => {
    const path = join(machine.folder, 'conversations.json')
    await writeFile(path, JSON.stringify(talks))
    await machine.done(['import', path])
  })
  await here.page.close()
})
afterAll(() => here?.[Symbol.asyncDispose]())
beforeEach((test) => requires(test, 'chromium'))

const open = async (path: string): Promise<Page> => {
  const page = await here.context.newPage()
  await page.goto(here.node.origin + path)
  await page.locator('h1').first().waitFor()
  return page
}
const field = (page: Page) => page.getByRole('searchbox', { name: 'Search messages, titles and notes' })
const results = (page: Page) => page.getByRole('main').getByRole('article')
/** The number of the result that the keys are at; undefined where they are at none. */
const lineWithKeys = (page: Page) =>
  page.evaluate(() => (document.activeElement instanceof HTMLElement ? document.activeElement.dataset['line'] : undefined))
/** Sends the keys to a result that was not in sight, which cannot have the focus yet: frames are held back. */
const toEndWithoutFrames = async (page: Page) => {
  await field(page).fill('beans water')
  await page.getByText('120 results').waitFor()
  await results(page).first().waitFor()
  const frames = await page.evaluateHandle(() => {
    const held: FrameRequestCallback[] = []
    const request = window.requestAnimationFrame.bind(window)
    window.requestAnimationFrame = (callback) => held.push(callback)
    return {
      release: () =>
        new Promise((resolve) => {
          for (const callback of held.splice(0)) request(callback)
          request(resolve)
        }),
    }
  })
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('End')
  expect(await lineWithKeys(page)).toBeUndefined()
  return { release: () => frames.evaluate(({ release }) => release()) }
}
const left = (page: Page) =>
  page.evaluate(async () => {
    const databases = (await indexedDB.databases()).map(({ name }) => name)
    return JSON.stringify([location.href, document.title, history.state, { ...localStorage }, { ...sessionStorage }, databases])
  })

const sayToPalette = async (page: Page, words: string): Promise<void> => {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Search, or say what to do' }).waitFor()
  await page.keyboard.type(words)
}

describe('the palette', () => {
  it('leads by keys alone from any screen to the unit, and closes to where one was', async () => {
    const page = await open('/search')
    await page.getByRole('link', { name: 'Help' }).focus()
    await page.keyboard.press('/')
    const palette = page.getByRole('dialog', { name: 'Search and commands' })
    await palette.getByRole('option').first().waitFor()
    await page.keyboard.press('Escape')
    await palette.waitFor({ state: 'detached' })
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Help')

    await sayToPalette(page, 'hazel')
    await palette.getByRole('option').filter({ hasText: 'A trellis for beans' }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/c\/\w+\?unit=[\w-]+/)
    expect(await left(page)).not.toMatch(/hazel|trellis|beans/i)
    await page.close()
  })

  it('has the keys from the moment that it is asked for', async () => {
    const page = await open('/')
    // The palette, and nothing more on its way.
    let before = 0
    const loadedAhead = async () => {
      const names = await page.evaluate(async () => {
        await new Promise((resolve) => requestIdleCallback(resolve))
        return performance.getEntriesByType('resource').map(({ name }) => name)
      })
      const settled = names.length === before
      before = names.length
      return settled && names.some((name) => /\/palette-[^/]*\.js$/.test(name))
    }
    await expect.poll(loadedAhead).toBe(true)
    await page.locator('[data-conversation]').first().focus()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('tea')
    const input = page.getByRole('combobox', { name: 'Search, or say what to do' })
    await expect.poll(() => input.inputValue()).toBe('tea')
    expect(await page.getByText('Archived.').count()).toBe(0)
    await page.close()
  })

  it('takes what was typed while it was still on its way, and the page takes none of it', async () => {
    const page = await here.context.newPage()
    const letGo = await holdBack(page, /\/palette-[^/]*\.js$/)
    await page.goto(here.node.origin)
    const input = page.getByRole('combobox', { name: 'Search, or say what to do' })
    await page.locator('[data-conversation]').first().focus()

    // Given up: the keys are the page’s again, and the palette does not come later.
    await page.keyboard.press('Control+k')
    await page.keyboard.type('tea')
    await page.keyboard.press('Escape')
    await page.keyboard.press('/')
    await page.keyboard.type('bez')
    await page.keyboard.press('Backspace')
    await page.keyboard.type('ans')
    expect(await input.count()).toBe(0)
    await letGo()
    await expect.poll(() => input.inputValue()).toBe('beans')
    await page.keyboard.type(' in')
    await expect.poll(() => input.inputValue()).toBe('beans in')
    expect(await page.getByText('Archived.').count()).toBe(0)
    await page.keyboard.press('Escape')
    await input.waitFor({ state: 'detached' })
    await page.close()
  })

  it('keeps Enter too while it is still on its way', async () => {
    const page = await here.context.newPage()
    const letGo = await holdBack(page, /\/palette-[^/]*\.js$/)
    await page.goto(here.node.origin)
    await page.locator('[data-conversation]').first().focus()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('hazel')
    await page.keyboard.press('Enter')
    expect(new URL(page.url()).pathname).toBe('/')
    await letGo()
    await page.waitForURL(/\/c\/\w+\?unit=[\w-]+/)
    await page.getByRole('heading', { name: 'A trellis for beans' }).first().waitFor()
    await page.close()
  })

  it('keeps Enter for the answer to what was typed last', async () => {
    const page = await open('/search')
    await sayToPalette(page, 'beans')
    const palette = page.getByRole('dialog', { name: 'Search and commands' })
    await palette.getByRole('option').filter({ hasText: 'Beans' }).first().waitFor()
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route('**/api/v1/search**', async (route) => {
      await held
      await route.continue()
    })
    await page.keyboard.press('Control+a')
    await page.keyboard.type('hazel')
    await page.keyboard.press('Enter')
    await expect.poll(() => palette.getByRole('option', { name: /Search everywhere for “hazel”/ }).count()).toBe(1)
    expect(new URL(page.url()).pathname).toBe('/search')
    release()
    await page.waitForURL(/\/c\/\w+\?unit=[\w-]+/)
    await page.getByRole('heading', { name: 'A trellis for beans' }).first().waitFor()
    await page.close()
  })

  it('does what is said: places, settings, looks, and searching everywhere', async () => {
    const page = await open('/')
    const say = (words: string) => sayToPalette(page, words)
    const option = (name: string | RegExp) => page.getByRole('option', { name }).and(page.locator('[data-active-item]'))
    await say('dark')
    await option(/Dark theme/).waitFor()
    await page.keyboard.press('Enter')
    await page.locator('html[data-theme="dark"]').waitFor()
    await say('back up')
    await option(/Back up/).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(/settings\/backup/)
    await say('beans')
    await page.getByRole('option').filter({ hasText: 'Beans' }).first().waitFor()
    await page.keyboard.press('ArrowUp')
    await option(/Search everywhere for “beans”/).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(`${here.node.origin}/search`)
    await results(page).first().waitFor()
    await expect.poll(() => field(page).inputValue()).toBe('beans')
    await page.evaluate(() => localStorage.clear())
    await page.close()
  })
})

describe('search', () => {
  it('finds as one types, opens at the unit by keys, and is found again as it was left', async () => {
    const page = await open('/search')
    await expect.poll(() => field(page).evaluate((one) => one === document.activeElement)).toBe(true)
    await page.keyboard.type('beans water')
    await page.getByText('120 results').waitFor()
    await results(page).locator('mark').filter({ hasText: 'water' }).first().waitFor()
    await page.keyboard.press('ArrowDown')
    for (let at = 0; at < 45; at++) await page.keyboard.press('j')
    await page.keyboard.press('k')
    await expect.poll(() => lineWithKeys(page)).toBe('44')
    const chosen = await page.evaluate(() => document.activeElement?.textContent)
    expect(chosen).toMatch(/^Beans \d+Claude·?You/)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/c\/\w+\?unit=[\w-]+/)
    expect(await left(page)).not.toMatch(/beans|water/i)
    await page.goBack()
    await page.getByText('120 results').waitFor()
    await expect.poll(() => lineWithKeys(page)).toBe('44')
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe(chosen)
    await page.keyboard.press('Escape')
    await expect.poll(() => field(page).inputValue()).toBe('beans water')
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'beans water' }).waitFor()
    await page.close()
  })

  it('takes steps beyond the results that have come as soon as more come', async () => {
    const page = await open('/search')
    await field(page).fill('beans water')
    await page.getByText('120 results').waitFor()
    await results(page).first().waitFor()
    const release = await holdBack(page, /\/api\/.*cursor/)
    await page.keyboard.press('ArrowDown')
    for (let at = 0; at < 45; at++) await page.keyboard.press('j')
    await page.keyboard.press('k')
    await expect.poll(() => lineWithKeys(page)).toBe('29')
    await release()
    await expect.poll(() => lineWithKeys(page)).toBe('44')
    await page.close()
  })

  it('opens the result that the keys are on their way to', async () => {
    const page = await open('/search')
    await toEndWithoutFrames(page)
    const address = await results(page).locator('a[tabindex="0"]').getAttribute('href')
    await page.keyboard.press('Enter')
    await page.waitForURL(here.node.origin + address)
    await page.close()
  })

  it('does not take the keys back from where they went meanwhile', async () => {
    const page = await open('/search')
    const { release } = await toEndWithoutFrames(page)
    await page.keyboard.press('Escape')
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT')
    await release()
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT')
    await page.close()
  })

  it('looks further where the first hits are all of one conversation', async () => {
    const page = await open('/search')
    await field(page).fill('ladder')
    await page.getByRole('radio', { name: 'Newest first' }).check()
    await results(page).filter({ hasText: 'Ladders and no end' }).waitFor()
    await results(page).filter({ hasText: 'The shed' }).waitFor()
    await page.getByRole('button', { name: '79 more in this conversation' }).waitFor()
    await page.close()
  })

  it('narrows by filters, and says what they hide', async () => {
    const page = await open('/search')
    await field(page).fill('trellis')
    await page.getByText('3 results').waitFor()
    await expect.poll(() => results(page).count()).toBe(1)
    await page.getByRole('button', { name: '1 more in this conversation' }).click()
    await results(page).nth(1).waitFor()
    await expect.poll(() => results(page).count()).toBe(2)
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    const filters = page.getByRole('dialog', { name: 'Filter' })
    await filters.locator('summary').filter({ hasText: 'Who wrote it' }).click()
    await filters.getByRole('checkbox', { name: 'You' }).check()
    await page.getByText('1 result', { exact: true }).waitFor()
    await filters.getByRole('checkbox', { name: 'You' }).uncheck()
    await filters.getByRole('checkbox', { name: 'System' }).check()
    await page.getByRole('heading', { name: 'Nothing found' }).waitFor()
    await page.getByText('3 results are hidden by a filter.').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('main').getByRole('button', { name: 'Clear filters' }).last().click()
    await page.getByText('3 results').waitFor()
    await page.close()
  })

  it('has nothing that axe objects to, nor has the palette', async () => {
    const page = await open('/search')
    expect(await axeFindings(page)).toEqual([])
    await field(page).fill('trellis')
    await results(page).first().waitFor()
    expect(await axeFindings(page)).toEqual([])
    await field(page).fill('qqqqxxyz')
    await page.getByRole('heading', { name: 'Nothing found' }).waitFor()
    expect(await axeFindings(page)).toEqual([])
    await sayToPalette(page, 'trellis')
    await page.getByRole('option').filter({ hasText: 'A trellis for beans' }).waitFor()
    expect(await axeFindings(page)).toEqual([])
    await page.close()
  })
})
