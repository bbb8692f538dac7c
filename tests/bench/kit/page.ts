/** What is measured in the page itself. Times are milliseconds. */
import type { BrowserContext, CDPSession, Page } from 'playwright-core'
import { z } from 'zod'
import type { Served } from './served.ts'

const found = z.object({ items: z.array(z.object({ conversation: z.object({ id: z.string() }).nullable() })) })
const path = z.object({ total: z.number() })

/** The conversation that has `word` in its title, and how many units its path has. */
export async function findTalk(node: Served, word: string): Promise<{ id: string; units: number }> {
  const hits = found.parse(JSON.parse((await node.get(`/api/v1/search?q=${word}&source=claude`)).body.toString()))
  const id = hits.items.find((item) => item.conversation)?.conversation?.id
  if (!id) throw new Error(`No conversation has “${word}”.`)
  const { total } = path.parse(JSON.parse((await node.get(`/api/v1/conversations/${id}/units?limit=1`)).body.toString()))
  return { id, units: total }
}

/** A row that can be opened: the library is usable when one is painted. */
const row = 'main a[href^="/c/"]'
/** A unit of the reader with something in it. */
const unit = '[data-unit]'

/** Notes when an element first was there for a frame, counted from the navigation or from `__from`. */
async function watchFor(page: Page, selector: string): Promise<void> {
  await page.addInitScript((wanted) => {
    const look = () => {
      if (!document.querySelector(wanted)) return requestAnimationFrame(look)
      // The frame after the one that it was put into has it on the screen.
      return requestAnimationFrame(() => Reflect.set(window, '__seen', performance.now()))
    }
    requestAnimationFrame(look)
  }, selector)
}
const seen = (page: Page): Promise<number> =>
  page
    .waitForFunction(() => Reflect.get(window, '__seen') as number | undefined)
    .then((value) => value.jsonValue() as Promise<number>)

/** Loads the library with nothing in the browser's cache, so many times. */
export async function loads(
  context: BrowserContext,
  origin: string,
  rounds: number,
): Promise<{ painted: number; usable: number }[]> {
  const out: { painted: number; usable: number }[] = []
  for (let round = 0; round < rounds; round++) {
    const page = await context.newPage()
    const cdp = await context.newCDPSession(page)
    await cdp.send('Network.setCacheDisabled', { cacheDisabled: true })
    await watchFor(page, row)
    await page.goto(origin)
    const usable = await seen(page)
    const painted = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN)
    out.push({ painted, usable })
    await page.close()
  }
  return out
}

/** What is typed: frequent, rarer and two words, a phrase, and one that is in no message. */
const queries = ['the weather', 'project plan', 'how to', '"of the"', 'garden', 'wxqzv']

/** From each keystroke in the search field until what it found is on the screen. */
export async function keystrokes(context: BrowserContext, origin: string, rounds: number): Promise<number[]> {
  const page = await context.newPage()
  await page.goto(`${origin}/search`)
  const field = page.getByRole('main').getByRole('combobox').or(page.getByRole('main').getByRole('searchbox')).first()
  await field.waitFor()
  await page.evaluate(() => {
    const times: number[] = []
    Reflect.set(window, '__times', times)
    document.addEventListener(
      'input',
      (event) => {
        const from = event.timeStamp
        const { value } = event.target as HTMLInputElement
        const look = () => {
          if ((event.target as HTMLInputElement).value !== value) return
          const results = document.querySelector('[data-results-for]')
          if (results?.getAttribute('data-results-for') !== value.trim()) return requestAnimationFrame(look)
          return requestAnimationFrame(() => times.push(performance.now() - from))
        }
        look()
      },
      true,
    )
  })
  for (let round = 0; round < rounds; round++) {
    for (const query of queries) {
      await field.fill('')
      await page.waitForFunction(() => !document.querySelector('[data-results-for]'))
      await field.focus()
      for (let length = 1; length <= query.length; length++) {
        // A space alone changes nothing that is found.
        await page.keyboard.type(query.slice(length - 1, length))
        if (query[length - 1] === ' ') continue
        await page.waitForFunction(
          (text) => document.querySelector('[data-results-for]')?.getAttribute('data-results-for') === text,
          query.slice(0, length).trim(),
        )
        await page.waitForTimeout(30)
      }
    }
  }
  const times = await page.evaluate(() => Reflect.get(window, '__times') as number[])
  await page.close()
  return times
}

/** From the click that opens a conversation until its first unit is on the screen; the page is there already, its chunks are loaded. */
export async function openings(context: BrowserContext, origin: string, conversation: string, rounds: number): Promise<number[]> {
  const times: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const page = await context.newPage()
    await page.goto(origin)
    await page.locator(row).first().waitFor()
    // The reader's chunk loads when the library is idle.
    await page.waitForTimeout(500)
    const time = await page.evaluate(
      ([id, wanted]) =>
        new Promise<number>((resolve) => {
          const from = performance.now()
          history.pushState(null, '', `/c/${id}`)
          const look = () => {
            if (!document.querySelector(wanted ?? '')) return requestAnimationFrame(look)
            return requestAnimationFrame(() => resolve(performance.now() - from))
          }
          look()
        }),
      [conversation, unit],
    )
    // The first is for the node's own caches.
    if (round > 0) times.push(time)
    await page.close()
  }
  return times
}

const hour = 3_600_000

interface TraceEvent {
  name: string
  ph: string
  ts: number
  dur?: number
  tid: number
  pid: number
  args?: { name?: string }
}

/** Scrolls through a conversation for some seconds; `tasks`: the longest task on the page's main thread of each frame. */
export async function scrolling(
  context: BrowserContext,
  origin: string,
  conversation: string,
): Promise<{ frames: number; tasks: number[] }> {
  const page = await context.newPage()
  await page.goto(`${origin}/c/${conversation}`)
  await page.locator(unit).first().waitFor()
  await page.waitForTimeout(1000)
  const box = await page.locator(unit).first().boundingBox()
  await page.mouse.move((box?.x ?? 700) + 50, 450)
  const cdp = await context.newCDPSession(page)
  const events = await traced(cdp, async () => {
    for (let step = 0; step < 400; step++) {
      await page.mouse.wheel(0, 240)
      await page.waitForTimeout(16)
    }
  })
  await page.close()
  const main = events.find((event) => event.name === 'thread_name' && event.args?.name === 'CrRendererMain')
  const frameLength = 16_667
  const longest = new Map<number, number>()
  for (const event of events) {
    if (event.name !== 'RunTask' || event.ph !== 'X' || event.tid !== main?.tid || event.pid !== main.pid) continue
    const frame = Math.floor(event.ts / frameLength)
    longest.set(frame, Math.max(longest.get(frame) ?? 0, (event.dur ?? 0) / 1000))
  }
  return { frames: longest.size, tasks: [...longest.values()] }
}

async function traced(cdp: CDPSession, work: () => Promise<void>): Promise<TraceEvent[]> {
  const events: TraceEvent[] = []
  cdp.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])))
  const done = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve))
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['disabled-by-default-devtools.timeline', 'toplevel', 'devtools.timeline', '__metadata'] },
  })
  await work()
  await cdp.send('Tracing.end')
  await done
  return events
}

/** The page's memory, collected, at ten points of a long use: searching, opening, scrolling, going back. */
export async function usedMemory(
  context: BrowserContext,
  origin: string,
  conversation: string,
  times: number,
): Promise<{ samples: number[]; elements: number[]; level: boolean }> {
  const page = await context.newPage()
  // The hour is the page's: what it keeps for some minutes is let go as it would be.
  await page.clock.install()
  await page.goto(origin)
  await page.locator(row).first().waitFor()
  const cdp = await context.newCDPSession(page)
  await cdp.send('Performance.enable')
  const samples: number[] = []
  const elements: number[] = []
  for (let round = 1; round <= times; round++) {
    await page.getByRole('navigation').getByRole('link', { name: 'Library' }).click()
    await page
      .locator(row)
      .nth(round % 8)
      .click()
    await page.locator(unit).first().waitFor()
    await page.evaluate((id) => history.pushState(null, '', `/c/${id}`), conversation)
    await page.locator(unit).first().waitFor()
    await page.mouse.move(900, 450)
    for (let step = 0; step < 5; step++) await page.mouse.wheel(0, 2000)
    await page.goBack()
    await page.getByRole('navigation').getByRole('link', { name: 'Search' }).click()
    const field = page.getByRole('main').getByRole('combobox').or(page.getByRole('main').getByRole('searchbox')).first()
    await field.fill(queries[round % queries.length] ?? '')
    await page.locator('[data-results-for]').waitFor()
    await page.clock.fastForward(hour / times)
    if (round % Math.ceil(times / 10) !== 0) continue
    await cdp.send('HeapProfiler.collectGarbage')
    const { metrics } = await cdp.send('Performance.getMetrics')
    const metric = (name: string) => metrics.find((one) => one.name === name)?.value ?? Number.NaN
    samples.push(metric('JSHeapUsedSize'))
    elements.push(metric('Nodes'))
  }
  await page.close()
  // Level: the second half is no higher than the first by more than a tenth, once caches are full.
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const half = Math.floor(samples.length / 2)
  return { samples, elements, level: mean(samples.slice(half)) <= 1.1 * mean(samples.slice(1, half)) }
}
