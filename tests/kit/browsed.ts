/** A machine whose node runs, and a browser that is signed in to it: what most browser tests begin with. */
import type { BrowserContext, Page } from 'playwright-core'
import { launchChromium } from './chromium.ts'
import { type Machine, newMachine, type Serving } from './product.ts'

export interface Browsed extends AsyncDisposable {
  readonly machine: Machine
  readonly node: Serving
  /** Its pages are signed in. */
  readonly context: BrowserContext
  /** The one that was signed in, where the link led it. */
  readonly page: Page
}

/** Sets one up; `prepare` is done on the machine before its node runs. Disposing of it ends and removes all of it. */
export async function browseNode(prepare: (machine: Machine) => Promise<unknown> = async () => {}): Promise<Browsed> {
  await using undone = new AsyncDisposableStack()
  const machine = undone.use(await newMachine())
  await prepare(machine)
  const node = await machine.serve()
  const browser = undone.adopt(await launchChromium(), (one) => one.close())
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(node.link)
  await page.locator('h1').first().waitFor()
  const all = undone.move()
  return { machine, node, context, page, [Symbol.asyncDispose]: () => all.disposeAsync() }
}
