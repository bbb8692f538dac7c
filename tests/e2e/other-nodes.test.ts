/**
 * The person’s other nodes in the page of the built product: one is added with the fingerprint of its authority compared,
 * confirmed there as a node that may let devices in, watched, asked and removed.
 */
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { axeFindings } from '../kit/axe.ts'
import { chromiumMissing, launchChromium } from '../kit/chromium.ts'
import { signIn } from '../kit/plain-http.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'

let first: Machine
let second: Machine
let there: Serving
let here: Serving
let browser: Browser
/** The pages of the first node, and of the second. */
let a: Page
let b: Page
let secure: string
beforeAll(async () => {
  if (await chromiumMissing()) return
  first = await newMachine()
  second = await newMachine()
  await first.done(['tls', 'setup', '--yes'])
  there = await first.serve()
  secure = there.origin.replace('http:', 'https:')
  browser = await launchChromium()
  a = await opened(there, 'en')
})
afterAll(async () => {
  await browser?.close()
  await second?.[Symbol.asyncDispose]()
  await first?.[Symbol.asyncDispose]()
})
beforeEach((test) => requires(test, 'chromium'))

async function opened(node: Serving, locale: string): Promise<Page> {
  const page = await (await browser.newContext({ locale })).newPage()
  await page.goto(node.link)
  await page.getByRole('navigation', { name: 'Places' }).waitFor()
  await page.goto(`${node.origin}/settings/devices`)
  await page.getByRole('heading', { name: 'Your other nodes' }).waitFor()
  return page
}
const button = (where: Page | Locator, name: string): Locator => where.getByRole('button', { name, exact: true })
const dialog = (page: Page): Locator => page.getByRole('dialog')
/** Opens a pairing in the first node’s page; answers its code. */
async function pairing(): Promise<string> {
  await button(a, 'Pair a device').click()
  const code = await dialog(a)
    .getByText(/^[A-Z2-7]{4}-[A-Z2-7]{4}$/)
    .textContent()
  return code ?? ''
}
const ask = async (code: string): Promise<void> => {
  await button(b, 'Add a node').click()
  await dialog(b).getByLabel('Its pairing link, or its address').fill(secure)
  await dialog(b).getByLabel('The pairing code, if you have no link').fill(code)
  await button(dialog(b), 'Ask to be let in').click()
}

describe('other nodes in the page', () => {
  it('begin with a machine that is let in as one that may let devices in, when that is chosen', async () => {
    const fingerprint = (await first.done(['tls', 'status', '--json'])).json().certificate.fingerprint
    const code = await pairing()
    const joining = second.done(['device', 'add-node', secure, '--code', code, '--authority', fingerprint])
    const choice = dialog(a).getByRole('radio', { name: /^Hold and change your library/ })
    await choice.waitFor()
    // never by default
    expect(await choice.isChecked()).toBe(true)
    expect(await axeFindings(a)).toEqual([])
    await dialog(a)
      .getByRole('radio', { name: /^Let devices in and throw them out, too/ })
      .check()
    await button(dialog(a), 'It is the same: let it in').click()
    await a.getByRole('heading', { name: 'Paired' }).waitFor()
    await button(dialog(a), 'Done').click()
    await joining
    await expect.poll(() => a.getByText('may let devices in').count()).toBe(2)
    here = await second.serve()
    b = await opened(here, 'en')
    await button(b, 'Pair a device').waitFor()
    // it can let devices in: another one is paired at it
    const phone = await (await browser.newContext({ locale: 'en' })).newPage()
    await button(b, 'Pair a device').click()
    const typed = await dialog(b)
      .getByText(/^[A-Z2-7]{4}-[A-Z2-7]{4}$/)
      .textContent()
    await phone.goto(`${here.origin}/`)
    await button(phone, 'Pair this browser').click()
    await phone.getByLabel('The code on the other screen').fill(typed ?? '')
    await phone.getByLabel('What this device is called').fill('Paired at the second')
    await button(phone, 'Ask to be let in').click()
    await button(dialog(b), 'It is the same: let it in').click()
    await phone.getByRole('navigation', { name: 'Places' }).waitFor()
    await button(dialog(b), 'Done').click()
    await a.getByText('Paired at the second', { exact: true }).waitFor()
  }, 120_000)

  it('are listed with how it goes, removed after a question, and added after a look at the fingerprint', async () => {
    await b.getByText('In step, and connected').waitFor()
    expect(await axeFindings(b)).toEqual([])
    await button(b, `Remove ${secure}`).click()
    await button(b.getByRole('alertdialog'), 'Cancel').click()
    await b.getByText(secure, { exact: true }).waitFor()
    await button(b, `Remove ${secure}`).click()
    await button(b.getByRole('alertdialog'), 'Remove').click()
    await b.getByText('This node follows no other.').waitFor()
    expect(await axeFindings(b)).toEqual([])

    // what is wrong is said, and what was typed stays
    await ask('ABCD-EFGH')
    await dialog(b).getByRole('heading', { name: 'Compare the fingerprints' }).waitFor()
    await button(dialog(b), 'It is the same: go on').click()
    await dialog(b).getByRole('alert').waitFor()
    expect(await dialog(b).getByLabel('Its pairing link, or its address').inputValue()).toBe(secure)
    expect(await axeFindings(b)).toEqual([])
    await button(dialog(b), 'Cancel').click()

    const fingerprint = (await first.done(['tls', 'status', '--json'])).json().certificate.fingerprint
    await ask(await pairing())
    await dialog(b).getByRole('heading', { name: 'Compare the fingerprints' }).waitFor()
    await dialog(b).getByText(fingerprint).waitFor()
    expect(await axeFindings(b)).toEqual([])
    await button(dialog(b), 'It is the same: go on').click()
    // the first node knows it already, and asks nobody
    await dialog(b).getByRole('heading', { name: 'Added' }).waitFor()
    await button(dialog(b), 'Done').click()
    await b.getByText('In step, and connected').waitFor()
  }, 120_000)

  it('say in plain words that one is gone and what it lacks, and go on when somebody asks', async () => {
    const { port } = new URL(there.origin)
    await there.stop()
    await b.getByText('It cannot be reached. It is tried again by itself.').waitFor()
    const http = await signIn((await second.done(['link', '--json'])).json().link)
    await http.json('notes.create', { text: 'while the first was gone' })
    await b.getByText('1 change has still to go there').waitFor()
    await b.setViewportSize({ width: 390, height: 844 })
    expect(await b.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
    expect(await axeFindings(b)).toEqual([])
    there = await first.serve(['--port', port])
    await button(b, `Sync now: ${secure}`).click()
    await b.getByText('In step, and connected').waitFor()
    await b.getByText('1 change has still to go there').waitFor({ state: 'detached' })
  }, 120_000)

  it('are named where it is said whom the node calls and what leaves the machine', async () => {
    await a.goto(`${there.origin}/settings/status`)
    await a.getByText('It calls no other machine.').waitFor()
    await b.goto(`${here.origin}/settings/status`)
    await b.getByText('It calls one other machine: your other node.').waitFor()
    await b.goto(`${here.origin}/settings/privacy`)
    await b.getByText('What 2 devices of yours get that you have let in, and nothing else.').waitFor()
    expect(await b.getByText('Nothing. Your node calls no server').count()).toBe(0)
  })
})
