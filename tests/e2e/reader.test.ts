/** Reading in a real browser: links to units, branches, outline, finding, choosing, notes and tags, and thousands of units. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Message } from '../../node-core/contract/content.ts'
import { axeFindings } from '../kit/axe.ts'
import { chromiumMissing, launchChromium } from '../kit/chromium.ts'
import { holdBack } from '../kit/hold-back.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'
import { zipOf } from '../kit/zip.ts'

const text = (words: string): Message['parts'] => [{ type: 'text', text: words }]
const message = (id: string, parent: string | null, role: Message['role'], words: string, time: number): Message => ({
  id,
  parent,
  role,
  time,
  model: 'model-a',
  parts: text(words),
})

/** A talk with a branch, folded and hidden messages, headings and a bit of everything. */
const bread: Message[] = [
  { ...message('s', null, 'system', 'You are a baker.', 1000), hidden: true },
  message('q', 's', 'user', 'Why does my dough collapse?', 2000),
  message('a1', 'q', 'assistant', 'Use less yeast.', 3000),
  message(
    'a2',
    'q',
    'assistant',
    '# First\n\nLower the **hydration**.\n\n- less water\n- more salt\n\n# Then\n\nBake it, crème brûlée style.',
    4000,
  ),
  { ...message('t1', 'a2', 'tool', '6.3', 5000), folded: true, author: 'scales' },
  { ...message('t2', 't1', 'tool', '6.4', 6000), folded: true, author: 'scales' },
  message('q2', 't2', 'user', 'And the hydration of rye?', 7000),
  message('a3', 'q2', 'assistant', 'Rye takes more.[^1] Hydration of 85 % is usual.\n\n[^1]: It binds water.', 8000),
]
const turns = 834
const long = Array.from({ length: turns * 2 }, (_, n) =>
  message(
    `m${n}`,
    n === 0 ? null : `m${n - 1}`,
    n % 2 === 0 ? 'user' : 'assistant',
    n % 2 === 0
      ? `Question ${n / 2}`
      : `One ${n}.\n\nTwo.\n\n- three\n- four\n\n\`\`\`js\nlet five = ${n}\n\`\`\`\n\nLast words ${n}.`,
    n * 60_000,
  ),
)

let machine: Machine
let node: Serving
let browser: Browser
let context: BrowserContext
let page: Page
const ids: Record<string, string> = {}
beforeAll(async () => {
  if (await chromiumMissing()) return
  machine = await newMachine()
  const file = join(machine.folder, 'talks.zip')
  const talks = { 'bread': bread, 'long': long, 'nothing': [] }
  const conversations = Object.entries(talks).map(([key, messages]) => [
    `conversations/${key}.json`,
    { source: 'chatgpt', key, title: `About ${key}`, created: 1000, ...(key === 'bread' ? { current: 'a3' } : {}), messages },
  ])
  const manifest = {
    format: 'vivim-export',
    version: 1,
    exported: 0,
    counts: { conversations: 3, documents: 0, messages: 0, notes: 0, blobs: 0 },
    incomplete: [],
  }
  await writeFile(file, await zipOf({ 'vivim-export.json': manifest, ...Object.fromEntries(conversations) }))
  await machine.done(['import', file])
  for (const { id, title } of (await machine.done(['list', '--json'])).json().items) ids[title.replace('About ', '')] = id
  node = await machine.serve()
  browser = await launchChromium()
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: node.origin })
  page = await context.newPage()
  await page.goto(node.link)
  await page.locator('nav').waitFor()
})
afterAll(async () => {
  await browser?.close()
  await machine?.[Symbol.asyncDispose]()
})
beforeEach((test) => requires(test, 'chromium'))

const button = (name: string | RegExp): Locator => page.getByRole('button', { name })
const said = (words: string | RegExp): Locator => page.getByRole('article').filter({ hasText: words })
const open = async (key: string, rest = ''): Promise<void> => {
  await page.goto(`${node.origin}/c/${ids[key]}${rest}`)
  await page.getByRole('heading', { level: 1, name: `About ${key}` }).waitFor()
}
/** The id of the unit that holds words. */
const unitOf = async (words: string): Promise<string> => {
  const id = await said(words).first().getAttribute('id')
  return (id ?? '').replace('unit-', '')
}
const focusedText = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '')
/** Waits until a look at the page answers `wanted`. */
const eventually = <T>(look: () => Promise<T>, wanted: T): Promise<void> => expect.poll(look).toEqual(wanted)
const status = (): Locator => page.getByRole('search').getByRole('status')
/** Whether an element is where a person sees it. */
const inSight = (words: string): Promise<boolean> =>
  said(words)
    .first()
    .evaluate((element) => {
      const { top, bottom } = element.getBoundingClientRect()
      return bottom > 60 && top < innerHeight
    })
const scrollTo = (share: number): Promise<void> =>
  page.getByRole('feed').evaluate((feed, at) => {
    const box = feed.parentElement as HTMLElement
    box.scrollTop = at * box.scrollHeight
  }, share)

describe('what is read', () => {
  it('shows the talk with what stands beside it folded, and what is hidden only when asked', async () => {
    await open('bread')
    await said('Why does my dough').waitFor()
    await expect.poll(() => page.getByText('You are a baker.').count()).toBe(0)
    const fold = button(/2 steps in between/)
    await expect.poll(() => page.getByText('6.4').count()).toBe(0)
    await fold.focus()
    await page.keyboard.press('Enter')
    await said('6.4').first().waitFor()
    await expect.poll(() => fold.evaluate((element) => element === document.activeElement)).toBe(true)
    await button('More for this conversation').click()
    await page.getByRole('menuitemcheckbox', { name: 'Show hidden messages' }).click()
    await page.getByText('You are a baker.').waitFor()
  })

  it('says where there is nothing, and where nothing was said', async () => {
    await open('nothing')
    await page.getByText('The service kept its title, but no messages.').waitFor()
    expect(await axeFindings(page)).toEqual([])
    for (const address of ['a'.repeat(26), 'no-address-at-all']) {
      await page.goto(`${node.origin}/c/${address}`)
      await page.getByRole('heading', { name: 'This conversation is not here' }).waitFor()
    }
  })

  it('needs the node alone: a machine without a network reads on', async () => {
    await open('nothing')
    await page.evaluate(() => dispatchEvent(new Event('offline')))
    await page.getByRole('link', { name: /^About bread/ }).click()
    await said('Why does my dough').waitFor()
  })

  it('has nothing that axe finds, with its panel and with units chosen', async () => {
    await open('bread')
    await said('Rye takes more').waitFor()
    await button('Outline and notes').click()
    await page.getByRole('tab', { name: 'Outline' }).waitFor()
    await said('Rye takes more').hover()
    await said('Rye takes more').getByRole('checkbox').click()
    expect(await axeFindings(page)).toEqual([])
    await button('Outline and notes').click()
  })
})

describe('places', () => {
  it('opens at the unit that an address names, in whatever branch it is, and keeps words out of the address', async () => {
    await open('bread')
    await button('Previous version').click()
    await said('Use less yeast.').waitFor()
    const unit = await unitOf('Use less yeast.')
    await open('bread', `?unit=${unit}`)
    await said('Use less yeast.').waitFor()
    await eventually(async () => (await focusedText()).includes('Use less yeast.'), true)
    await expect.poll(() => page.url()).toMatch(/\/c\/[a-z2-7]{26}\?unit=[a-z2-7-]+-0&leaf=[a-z2-7-]+$/)
    await expect.poll(() => page.title()).toBe('VIVIM')
  })

  it('changes branches in place, by mouse and by keys', async () => {
    await open('bread')
    const question = said('Why does my dough')
    await said('Rye takes more').waitFor()
    const before = await question.boundingBox()
    await button('Previous version').click()
    await said('Use less yeast.').waitFor()
    await eventually(async () => (await question.boundingBox())?.y, before?.y)
    await expect.poll(() => page.url()).toContain('?leaf=')
    await eventually(async () => (await focusedText()).includes('Use less yeast.'), true)
    await page.keyboard.press('Alt+ArrowRight')
    await said('Lower the hydration').waitFor()
    await page.getByText('Version 2 of 2').waitFor({ state: 'attached' })
  })

  it('loses no key while a unit is on its way to the screen', async () => {
    await open('long')
    await said('Question 0').waitFor()
    const release = await holdBack(page, /\/units\?/)
    await said('Question 0').focus()
    for (const key of ['End', 'k', 'ArrowUp']) await page.keyboard.press(key)
    await release()
    await eventually(async () => (await focusedText()).includes('threefour'), true)
    await page.keyboard.press('j')
    await eventually(async () => (await focusedText()).includes(`let five = ${turns * 2 - 1}`), true)
  })

  it('goes by the outline, which follows what is read', async () => {
    await open('long')
    await button('Outline and notes').click()
    const outline = page.getByRole('tabpanel', { name: 'Outline' })
    await eventually(() => outline.locator('[aria-current]').textContent(), 'Question 0')
    await scrollTo(0.5)
    await expect.poll(() => outline.locator('[aria-current]').textContent()).toMatch(/^Question (3|4)\d\d$/)
    // The outline is longer than its list: the one after the next stands in it, even where what is read still moves a bit.
    const here = (await outline.locator('[aria-current]').textContent()) ?? ''
    const chosen = `Question ${Number(here.replace('Question ', '')) + 2}`
    await outline.getByRole('button', { name: chosen, exact: true }).click()
    await eventually(async () => (await focusedText()).includes(chosen), true)
    await eventually(() => outline.locator('[aria-current]').textContent(), chosen)
    await button('Outline and notes').click()
  })

  it('moves nothing above the units while those that are scrolled to are on their way', async () => {
    await open('long')
    await said('Question 0').waitFor()
    const head = page.locator('[data-head]')
    const height = (await head.boundingBox())?.height
    const release = await holdBack(page, /\/units\?/)
    await scrollTo(0.6)
    await expect.poll(() => page.getByRole('feed').getAttribute('aria-busy')).toBe('true')
    expect((await head.boundingBox())?.height).toBe(height)
    await release()
    await expect.poll(() => page.getByRole('feed').getAttribute('aria-busy')).toBe('false')
    expect((await head.boundingBox())?.height).toBe(height)
  })

  it('scrolls through thousands of units, and is where it was when one comes back', async () => {
    await open('long')
    await said('Question 0').waitFor()
    await scrollTo(1)
    await said(`Last words ${turns * 2 - 1}.`).waitFor()
    await expect.poll(() => page.getByRole('article').count()).toBeLessThan(100)
    // Left as soon as there is something to read, while more is on its way. Until rows adjoin, they are being laid out.
    const leave = (share: number) =>
      page.getByRole('feed').evaluate(async (feed, at) => {
        const box = feed.parentElement as HTMLElement
        const before = box.scrollTop
        for (;;) {
          // A place that one has just come back to is held for a moment.
          if (Math.abs(box.scrollTop - before) < box.clientHeight) box.scrollTop = at * box.scrollHeight
          await new Promise(requestAnimationFrame)
          const edge = box.getBoundingClientRect().top
          const places = [...feed.querySelectorAll('[data-index]')].map((row) => {
            const { top, bottom } = (row.parentElement as Element).getBoundingClientRect()
            return { row, top: top - edge, bottom: bottom - edge }
          })
          const seen = places.filter(({ top, bottom }) => bottom > 0 && top < box.clientHeight)
          const adjoin = seen.every(({ top }, n) => n === 0 || Math.abs(top - (seen[n - 1]?.bottom ?? 0)) < 1)
          const first = seen.find(({ row, top }) => row.tagName === 'ARTICLE' && top > 0)
          if (!first || !adjoin || Math.abs(box.scrollTop - before) < box.clientHeight) continue
          document.querySelector<HTMLElement>('a[href="/help"]')?.click()
          return { row: first.row.id, top: first.top }
        }
      }, share)
    const topOf = async (row: string) => {
      const [unit, box] = await Promise.all([
        page.locator(`#${row}`).boundingBox(),
        page.getByRole('group', { name: 'Messages' }).boundingBox(),
      ])
      return unit && box ? unit.y - box.y : Number.NaN
    }
    for (const share of [0.4, 0.1, 0.7]) {
      const { row, top } = await leave(share)
      await page.waitForURL('**/help')
      await page.goBack()
      await page.locator(`#${row}`).waitFor()
      await expect.poll(async () => Math.abs((await topOf(row)) - top)).toBeLessThanOrEqual(2)
    }
  })

  it('stands where it stood when the page is loaded again, and anew where it is opened anew', async () => {
    await open('long')
    await said('Question 0').waitFor()
    const list = page.getByRole('group', { name: 'Messages' })
    /** The first unit that begins on the screen, and where in pixels; once everything on the screen is there. */
    const stands = () =>
      list.evaluate((box) => {
        const edge = box.getBoundingClientRect()
        const rows = [...box.querySelectorAll('[data-index]')].map((row) => ({ row, at: row.getBoundingClientRect() }))
        const seen = rows.filter(({ at }) => at.bottom > edge.top && at.top < edge.bottom)
        const first = seen.find(({ at }) => at.top >= edge.top)
        if (!first || seen.some(({ row }) => row.tagName !== 'ARTICLE')) return undefined
        return { row: first.row.id, top: first.at.top - edge.top }
      })
    let left: Awaited<ReturnType<typeof stands>>
    const standsAsLeft = async () => {
      const now = await stands()
      return now !== undefined && now.row === left?.row && Math.abs(now.top - left.top) <= 2
    }
    await list.evaluate((box) => {
      box.scrollTop = 0.4 * box.scrollHeight
    })
    await eventually(() => said('Question 0').count(), 0)
    // Until it comes to rest.
    await eventually(async () => {
      const same = await standsAsLeft()
      left = await stands()
      return same
    }, true)
    // Where it stood as it went, by the page itself: what is seen a moment before may still move.
    await page.evaluate(() => {
      window.addEventListener('pagehide', () => {
        const box = document.querySelector('[role="feed"]')?.parentElement as HTMLElement
        const edge = box.getBoundingClientRect().top
        const rows = [...box.querySelectorAll('[data-index]')].map(
          (row) => [row.id, row.getBoundingClientRect().top - edge] as const,
        )
        const first = rows.find(([, top]) => top >= 0)
        if (first) sessionStorage.setItem('left', JSON.stringify({ row: first[0], top: first[1] }))
      })
    })
    await page.reload()
    left = await page.evaluate(() => JSON.parse(sessionStorage.getItem('left') ?? ''))
    await page.evaluate(() => sessionStorage.removeItem('left'))
    await eventually(standsAsLeft, true)
    const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage }))
    expect(kept).toContain(ids['long'])
    expect(kept).not.toMatch(/question|answer|about/i)

    await open('long')
    await said('Question 0').waitFor()
  })
})

describe('finding', () => {
  it('finds in the whole conversation, forgiving, forwards and backwards, and marks it', async () => {
    await open('bread')
    await said('Why does').waitFor()
    await page.keyboard.press('Control+f')
    await page.keyboard.type('hydration')
    await eventually(() => status().textContent(), '1 of 3')
    const marked = () => page.evaluate(() => [...(CSS.highlights.get('found-now') ?? [])].map(String).join())
    await eventually(marked, 'hydration')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await eventually(() => status().textContent(), '3 of 3')
    await eventually(marked, 'Hydration')
    await page.keyboard.press('Shift+Enter')
    await eventually(() => status().textContent(), '2 of 3')
    await page.getByRole('search').getByRole('textbox').fill('CREME  brulee')
    await eventually(() => status().textContent(), '1 of 1')
    await eventually(marked, 'crème brûlée')
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('search').count()).toBe(0)
    await expect.poll(() => page.evaluate(() => CSS.highlights.has('found-now'))).toBe(false)
  })

  it('is there with a footnote that was opened and closed, as are the other keys', async () => {
    await open('bread')
    await button('Note 1').click()
    await page.getByRole('dialog', { name: 'Note 1' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Note 1' }).waitFor({ state: 'hidden' })
    await page.keyboard.press('Control+f')
    await page.getByRole('search').getByRole('textbox').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('search').waitFor({ state: 'detached' })
    await page.keyboard.press('F2')
    await page.getByRole('textbox', { name: 'Title' }).waitFor()
    await page.keyboard.press('Escape')
  })

  it('reaches what was never on the screen', async () => {
    await open('long')
    await said('Question 0').waitFor()
    await page.keyboard.press('Control+f')
    await page.keyboard.type('let five = 1401')
    await eventually(() => status().textContent(), '1 of 1')
    await eventually(() => inSight('let five = 1401'), true)
  })
})

describe('units that are chosen', () => {
  it('are chosen, extended and copied by keys, exactly as they were written', async () => {
    await open('bread')
    await said('Why does').waitFor()
    await page.getByRole('group', { name: 'Messages' }).focus()
    for (const key of ['j', 'j', 'x', 'Shift+J', 'Shift+J']) await page.keyboard.press(key)
    await page.getByText('3 selected').waitFor()
    await page.keyboard.press('Control+c')
    const copied = '# First\n\nLower the **hydration**.\n\n- less water\n- more salt\n'
    await eventually(() => page.evaluate(() => navigator.clipboard.readText()), copied)
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByText('3 selected').count()).toBe(0)
  })

  it('are chosen from the margin, a range with shift, and saved as a file', async () => {
    await open('bread')
    const box = (words: string) => said(words).first().getByRole('checkbox')
    await said('Why does').hover()
    await box('Why does').click()
    await box('Lower the').click({ modifiers: ['Shift'] })
    await page.getByText('3 selected').waitFor()
    const [download] = await Promise.all([page.waitForEvent('download'), button('Save as a file').click()])
    expect(download.suggestedFilename()).toBe('About bread.md')
    const bytes = await (await download.createReadStream()).toArray()
    expect(Buffer.concat(bytes).toString()).toBe(
      '# About bread\n\n**You**\n\nWhy does my dough collapse?\n\n**model-a**\n\n# First\n\nLower the **hydration**.\n',
    )
  })
})

describe('what a person adds', () => {
  it('notes on a unit and a message, tags, a title and a star are there after a reload', async () => {
    await open('bread')
    await said('Rye takes more').waitFor()
    await said('Rye takes more').focus()
    await page.keyboard.press('n')
    await page.getByRole('textbox', { name: 'Your note' }).fill('Try this on Sunday')
    await page.keyboard.press('Control+Enter')
    await said('Rye takes more').getByText('Try this on Sunday').waitFor()
    await eventually(() => page.evaluate(() => document.activeElement?.tagName), 'ARTICLE')
    await page.keyboard.press('t')
    await page.getByRole('combobox', { name: 'Your tag' }).fill('rye')
    await page.keyboard.press('Enter')
    await said('Rye takes more').getByRole('list', { name: 'Tags' }).getByText('rye').waitFor()
    await page.keyboard.press('F2')
    await page.getByRole('textbox', { name: 'Title' }).fill('My bread')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'My bread' }).waitFor()
    await button('Star').click()
    await button('Remove the star').waitFor()

    await page.reload()
    await said('Rye takes more').getByText('Try this on Sunday').waitFor()
    await said('Rye takes more').getByRole('list', { name: 'Tags' }).getByText('rye').waitFor()
    await button('Remove the star').waitFor()

    await said('Rye takes more').getByText('Try this on Sunday').hover()
    await button('Change this note').click()
    await page.getByRole('textbox', { name: 'Your note' }).fill('Try this on Monday')
    await button('Save').click()
    await said('Rye takes more').getByText('Try this on Monday').waitFor()
    await button('Delete this note').click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete this note' }).click()
    await eventually(() => page.getByText('Try this on Monday').count(), 0)
    await button('Take off the tag “rye”').click()
    await eventually(() => page.getByRole('list', { name: 'Tags' }).count(), 0)

    await page.keyboard.press('F2')
    await button('Go back to the imported title').click()
    await page.getByRole('heading', { level: 1, name: 'About bread' }).waitFor()
  })

  it('leaves the keys where they went while a note was being saved', async () => {
    await open('bread')
    await said('Rye takes more').focus()
    await page.keyboard.press('n')
    await page.getByRole('textbox', { name: 'Your note' }).fill('Saved slowly')
    const release = await holdBack(page, /\/api\/v1\/notes/)
    await page.keyboard.press('Control+Enter')
    await said('Rye takes more')
      .getByRole('button', { name: /^More for this message/ })
      .click()
    await page.getByRole('menuitem').first().waitFor()
    await release()
    await said('Rye takes more').getByText('Saved slowly').waitFor()
    await page.getByRole('textbox', { name: 'Your note' }).waitFor({ state: 'detached' })
    expect(await page.getByRole('menu').count()).toBe(1)
    expect(await page.evaluate(() => document.activeElement?.closest('[role="menu"]') !== null)).toBe(true)
    await page.keyboard.press('Escape')
  })

  it('leaves a field open that took the place of one whose note was being saved', async () => {
    await open('bread')
    await said('Rye takes more').focus()
    await page.keyboard.press('n')
    await page.getByRole('textbox', { name: 'Your note' }).fill('Saved behind a tag')
    const release = await holdBack(page, /\/api\/v1\/notes/)
    await page.keyboard.press('Control+Enter')
    await said('Rye takes more').focus()
    await page.keyboard.press('t')
    const field = page.getByRole('combobox', { name: 'Your tag' })
    await field.fill('meanwhile')
    await release()
    await said('Rye takes more').getByText('Saved behind a tag').waitFor()
    await page.keyboard.press('Enter')
    await said('Rye takes more').getByRole('list', { name: 'Tags' }).getByText('meanwhile').waitFor()
    await field.waitFor({ state: 'detached' })
  })

  it('is printed whole by the browser’s own command too, where it is here whole', async () => {
    await open('bread')
    await said('Rye takes more').waitFor()
    const paper = page.locator('[data-print="ready"]')
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
    await expect.poll(() => paper.textContent()).toContain('Rye takes more')
    await page.evaluate(() => dispatchEvent(new Event('afterprint')))
    await paper.waitFor({ state: 'detached' })

    await open('long')
    await said('Question 0').waitFor()
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
    await page.emulateMedia({ media: 'print' })
    await page.getByText('Printed is what was on the screen. “Print …” in the conversation’s menu').waitFor()
    await page.emulateMedia({ media: null })
    await page.evaluate(() => dispatchEvent(new Event('afterprint')))
    await page.getByText('Printed is what').waitFor({ state: 'detached' })
  })

  it('prints all of it, and deletes it for good after a question', async () => {
    await open('long')
    await page.evaluate(() => {
      const words = ['Question 0', 'let five = 833', 'Question 833']
      window.print = () => {
        const paper = document.querySelector('[data-print]')?.textContent ?? ''
        document.body.dataset['printed'] = words.filter((some) => paper.includes(some)).join()
      }
    })
    await page.keyboard.press('Control+p')
    await page.locator('body[data-printed="Question 0,let five = 833,Question 833"]').waitFor()
    await page.evaluate(() => dispatchEvent(new Event('afterprint')))
    await page.locator('[data-print]').waitFor({ state: 'detached' })

    await button('More for this conversation').click()
    await page.getByRole('menuitem', { name: 'Delete …' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
    await page.waitForURL(`${node.origin}/`)
    await page.goto(`${node.origin}/c/${ids['long']}`)
    await page.getByRole('heading', { name: 'This conversation is not here' }).waitFor()
  })
})
