/**
 * A phone whose key was in use twice, as where its browser's profile was copied, in a real browser: it says what happened, gets
 * another key, and nothing that waited on it is lost or there twice.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemRandom } from '../../node-core/adapters/clock.ts'
import { type Did, fromBase32 } from '../../node-core/contract/ids.ts'
import { privateKeyOf } from '../../node-core/crypto/ed25519.ts'
import { axeFindings } from '../kit/axe.ts'
import { chromiumMissing, launchChromium } from '../kit/chromium.ts'
import { makeDevice, noteOnFirst, openHeld, tagFirst } from '../kit/phone.ts'
import { type PlainHttp, signIn } from '../kit/plain-http.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { copyOf, remoteDevice } from '../kit/remote-device.ts'
import { requires } from '../kit/requires.ts'
import { writeExport } from '../kit/written-exports.ts'

let machine: Machine
let node: Serving
let http: PlainHttp
let browser: Browser
let context: BrowserContext
let talk: string
let old: string
let key: ReturnType<typeof privateKeyOf>
beforeAll(async () => {
  if (await chromiumMissing()) return
  machine = await newMachine()
  await machine.done(['import', writeExport(machine.folder, 'deepseek', { seed: 3, conversations: 2 }).path])
  talk = (await machine.done(['list', '--json'])).json().items[0].id
  node = await machine.serve()
  http = await signIn(node.link)
  browser = await launchChromium()
  context = await browser.newContext({ locale: 'en', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  const seed = systemRandom(32)
  key = privateKeyOf(seed)
  old = await makeDevice(context, node.origin, http, ['read', 'write'], seed)
})
afterAll(async () => {
  await browser?.close()
  await machine?.[Symbol.asyncDispose]()
})
beforeEach((test) => requires(test, 'chromium'))

const status = (page: Page) => page.locator('header [role=status]').first()
const heading = (page: Page, name: string) => page.getByRole('heading', { name })
const notes = async (): Promise<string[]> =>
  (await http.json('notes.list', { target: talk })).items.map(({ text }: { text: string }) => text).sort()
const tags = async (): Promise<string[]> =>
  (await http.json('tags.list', { target: talk, within: true })).items.map(({ tag }: { tag: string }) => tag).sort()
const stateOf = async (did: string): Promise<string> =>
  (await http.json('devices.list')).items.find((one: { did: string }) => one.did === did).state
const offline = async (page: Page, work: () => Promise<void>): Promise<void> => {
  await context.setOffline(true)
  await page.goto(`${node.origin}/c/${talk}`)
  await page.locator('article').first().waitFor()
  await work()
}

describe('a phone whose key was in use twice', () => {
  it('says so, is paired again under a new key, and sends what waited', async () => {
    const page = await openHeld(context, node.origin, 2)
    await offline(page, () => tagFirst(page, 'before'))
    await context.setOffline(false)
    await expect.poll(tags).toEqual(['before'])
    await expect.poll(() => status(page).textContent()).not.toContain('Offline')

    // the copy goes on by itself, and its word comes first
    const copy = await copyOf(http, key)
    await offline(page, async () => {
      await noteOnFirst(page, 'Written on the phone')
      await tagFirst(page, 'phone')
      await expect.poll(() => status(page).textContent()).toContain('2 changes wait')
    })
    copy.make('library.tagged', { target: { conversation: fromBase32(talk) }, tag: 'copy', on: true })
    expect(await copy.push(http)).toEqual([])
    await context.setOffline(false)

    await heading(page, 'This device needs a new key').waitFor()
    await page.getByText('2 changes wait here. They are kept').waitFor()
    expect(await axeFindings(page)).toEqual([])
    expect(await stateOf(old)).toBe('forked')
    // it is told so anew, and holds what it held
    await page.reload()
    await page.getByText('2 changes wait here. They are kept').waitFor()

    await page.getByRole('button', { name: 'Pair it again with a new key' }).click()
    await heading(page, 'Pair this device again').waitFor()
    await page.getByText('“Phone” makes itself a new key').waitFor()
    expect(await axeFindings(page)).toEqual([])
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('placeholder'))
    expect(await focused()).toBe('ABCD-EFGH')
    await page.keyboard.press('Enter')
    await page.getByText('That is no code').waitFor()
    expect(await focused()).toBe('ABCD-EFGH')
    // a new beginning is asked about
    await page.getByRole('button', { name: 'Begin as a new device instead' }).click()
    await page.getByRole('alertdialog').getByText('2 changes that were written here have not reached your node.').waitFor()
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click()
    const { pairing, code } = await http.json('pairings.create')
    await page.getByLabel('The code on the other screen').fill(code)
    await page.getByRole('button', { name: 'Ask to be let in' }).click()
    await heading(page, 'Compare the numbers').waitFor()
    const fingerprint = await page.locator('output').textContent()
    const { device } = await http.json('pairings.confirm', { pairing, fingerprint })
    expect(device.did).not.toBe(old)
    expect(device.name).toBe('Phone')

    await expect.poll(notes).toEqual(['Written on the phone'])
    // both tails are there, and nothing is there twice
    await expect.poll(tags).toEqual(['before', 'copy', 'phone'])
    await page.getByRole('navigation', { name: 'Places' }).waitFor()
    await expect.poll(() => stateOf(device.did)).toBe('active')

    // it goes on as it did before
    await offline(page, () => noteOnFirst(page, 'By the new key'))
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await context.setOffline(false)
    await expect.poll(notes).toEqual(['By the new key', 'Written on the phone'])
    await expect.poll(() => status(page).textContent()).not.toContain('Offline')
    // its root is the node's, with both tails in it: it begins nothing anew
    expect(asked).toContain('/api/v1/sync')
    expect(asked).not.toContain('/api/v1/sync/heads')
    await page.close()
  })

  it('is left without the old key for good, and what that wrote stays', async () => {
    const desktop = await (await browser.newContext({ locale: 'en' })).newPage()
    await desktop.goto((await machine.done(['link'])).stdout.trim())
    await desktop.getByRole('navigation', { name: 'Places' }).waitFor()
    await desktop.goto(`${node.origin}/settings/devices`)
    const row = desktop.getByRole('listitem').filter({ hasText: 'Key was in use twice' })
    await row.waitFor()
    expect(await axeFindings(desktop)).toEqual([])
    await row.getByRole('button', { name: 'Revoke Phone' }).click()
    await desktop.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click()
    await expect.poll(() => stateOf(old)).toBe('revoked')
    expect(await tags()).toEqual(['before', 'copy', 'phone'])
    await expect(remoteDevice(http.account as Did, key).signIn(http)).rejects.toThrow('device-revoked')
    await desktop.context().close()
  })
})
