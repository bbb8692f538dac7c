/** Pairing on the built node, in two real browsers: the desktop’s and a phone’s. */

import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { decodeQR } from 'qr/decode.js'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { axeFindings } from '../kit/axe.ts'
import { chromiumMissing, launchChromium } from '../kit/chromium.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'
import { writeExport } from '../kit/written-exports.ts'

let machine: Machine
let node: Serving
let browser: Browser
let desktop: Page
/** An empty page, for its canvas. */
let eye: Page
beforeAll(async () => {
  if (await chromiumMissing()) return
  machine = await newMachine()
  await machine.done(['import', writeExport(machine.folder, 'deepseek', { seed: 3, conversations: 3 }).path])
  node = await machine.serve()
  browser = await launchChromium()
  desktop = await (await browser.newContext({ locale: 'en' })).newPage()
  eye = await browser.newPage()
  await desktop.goto(node.link)
  await desktop.locator('nav').waitFor()
})
afterAll(async () => {
  await browser?.close()
  await machine?.[Symbol.asyncDispose]()
})
beforeEach((test) => requires(test, 'chromium'))

const phoneContext = (): Promise<BrowserContext> =>
  browser.newContext({
    locale: 'en',
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
    userAgent: 'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36',
  })
const dialog = (): Locator => desktop.getByRole('dialog')
/** Opens the pairing dialog; answers what its QR code says, read as a camera would, and its code. */
async function begin(): Promise<{ link: string; code: string }> {
  await desktop.goto(`${node.origin}/settings/devices`)
  await desktop.getByRole('button', { name: 'Pair a device' }).click()
  const picture = dialog().getByRole('img', { name: 'QR code of the pairing link' })
  await picture.waitFor()
  return { link: await readQr(picture), code: (await dialog().locator('output').textContent()) ?? '' }
}
async function readQr(picture: Locator): Promise<string> {
  const png = await picture.screenshot({ scale: 'css' })
  const pixels = await eye.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
    const canvas = new OffscreenCanvas(image.width, image.height)
    const context = canvas.getContext('2d')
    context?.drawImage(image, 0, 0)
    const { data } = context?.getImageData(0, 0, image.width, image.height) ?? { data: [] }
    return { width: image.width, height: image.height, data: [...data] }
  }, png.toString('base64'))
  return decodeQR({ ...pixels, data: Uint8Array.from(pixels.data) })
}
const number = (where: Page | Locator): Promise<string | null> => where.locator('output').textContent()
const heading = (page: Page, name: string): Locator => page.getByRole('heading', { name })
const inside = (page: Page): Locator => page.getByRole('navigation', { name: 'Places' })
/** Confirms on the desktop what waits there. */
async function agree(): Promise<void> {
  await dialog().getByRole('button', { name: 'It is the same: let it in' }).click()
  await heading(desktop, 'Paired').waitFor()
  await dialog().getByRole('button', { name: 'Done' }).click()
}

describe('pairing', () => {
  it('lets a phone in by the QR code, after a look at its number on both screens, and throws it out at once', async () => {
    const context = await phoneContext()
    const phone = await context.newPage()
    const { link } = await begin()
    expect(link.startsWith(`${node.origin}/#pair=`)).toBe(true)
    expect(await axeFindings(desktop)).toEqual([])
    await phone.goto(link)
    await expect.poll(() => new URL(phone.url()).hash).toBe('')
    await phone.getByLabel('What this device is called').fill('Pocket phone')
    expect(await axeFindings(phone)).toEqual([])
    await phone.getByRole('button', { name: 'Ask to be let in' }).click()
    await heading(phone, 'Compare the numbers').waitFor()
    expect(await axeFindings(phone)).toEqual([])
    const shown = await number(phone)
    expect(shown).toMatch(/^\d{4} \d{4} \d{4}$/)

    // Either side may be loaded again meanwhile.
    await dialog().getByText('Pocket phone').waitFor()
    await phone.reload()
    await heading(phone, 'Compare the numbers').waitFor()
    await expect.poll(() => number(phone)).toBe(shown)
    await desktop.reload()
    await desktop.getByText('“Pocket phone” asks to be let in.').waitFor()
    await desktop.getByRole('button', { name: 'Compare the numbers' }).click()
    await expect.poll(() => number(dialog())).toBe(shown)
    expect(await axeFindings(desktop)).toEqual([])
    await agree()

    // It reads by its own key, and goes on after a reload: nothing else of a session is kept.
    await inside(phone).waitFor()
    await phone.reload()
    await inside(phone).waitFor()
    const kept = await phone.evaluate(
      () =>
        new Promise<unknown>((resolve) => {
          const request = indexedDB.open('vivim-device')
          request.onsuccess = () => {
            const get = request.result.transaction('device').objectStore('device').get('current')
            get.onsuccess = () => resolve([get.result.signing.extractable, get.result.agreement.extractable, get.result.name])
          }
        }),
    )
    expect(kept).toEqual([false, false, 'Pocket phone'])
    await phone.goto(`${node.origin}/settings/devices`)
    await phone.getByText('This browser may look, but not let devices in or throw them out.').waitFor()
    expect(await phone.getByRole('button', { name: 'Pair a device' }).count()).toBe(0)

    // A page that is open is told at once.
    const row = desktop.getByRole('listitem').filter({ hasText: shown ?? '' })
    await row.getByRole('button', { name: 'Revoke Pocket phone' }).click()
    await desktop.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click()
    await heading(phone, 'This device was revoked').waitFor()
    await phone.reload()
    await heading(phone, 'Sign in to your node').waitFor()
    await row.getByText('Revoked').waitFor()
    await context.close()
  })

  it('works without a camera, tells the other pages, and gives a device another name', async () => {
    const other = await (await browser.newContext({ locale: 'en' })).newPage()
    await other.goto((await machine.done(['link'])).stdout.trim())
    await inside(other).waitFor()

    const context = await phoneContext()
    const phone = await context.newPage()
    const { code } = await begin()
    await phone.goto(node.origin)
    await phone.getByRole('button', { name: 'Pair this browser' }).click()
    await phone.getByLabel('The code on the other screen').fill('ABCD')
    await phone.getByRole('button', { name: 'Ask to be let in' }).click()
    await phone.getByText('That is no code', { exact: false }).waitFor()
    await phone.getByLabel('The code on the other screen').fill('aaaa aaaa')
    await phone.getByRole('button', { name: 'Ask to be let in' }).click()
    await phone.getByText('This code or link is wrong', { exact: false }).waitFor()
    await phone.getByLabel('The code on the other screen').fill(` ${code.toLowerCase().replace('-', ' ')}`)
    await phone.getByRole('button', { name: 'Ask to be let in' }).click()
    await heading(phone, 'Compare the numbers').waitFor()
    const shown = await number(phone)
    await dialog().getByText('Chrome on Android').waitFor()
    await expect.poll(() => number(dialog())).toBe(shown)
    await agree()
    await inside(phone).waitFor()
    await context.close()

    await other.getByText('“Chrome on Android” was let in as a device of your account.').waitFor()
    expect(await axeFindings(other)).toEqual([])
    await other.getByRole('button', { name: 'I know' }).click()
    await other.reload()
    await inside(other).waitFor()
    await other.goto(`${node.origin}/settings/devices`)
    const row = other.getByRole('listitem').filter({ hasText: shown ?? '' })
    await row.getByRole('button', { name: 'Rename Chrome on Android' }).click()
    await other.getByLabel('Its name on all your devices').fill('Tablet')
    await other.getByRole('dialog').getByRole('button', { name: 'Rename' }).click()
    await row.getByText('Tablet').waitFor()
    expect(await other.getByText('was let in as a device', { exact: false }).count()).toBe(0)
    await other.context().close()
  })

  it('tells a device that it was refused, and one whose link was used', async () => {
    const [first, second] = [await phoneContext(), await phoneContext()]
    const { link } = await begin()
    const phone = await first.newPage()
    await phone.goto(link)
    await phone.getByRole('button', { name: 'Ask to be let in' }).click()
    await heading(phone, 'Compare the numbers').waitFor()

    const late = await second.newPage()
    await late.goto(link)
    await late.getByRole('button', { name: 'Ask to be let in' }).click()
    await late.getByText('This code or link is wrong', { exact: false }).waitFor()
    await late.getByLabel('The code on the other screen').waitFor()

    await dialog().getByRole('button', { name: 'Refuse' }).click()
    await heading(phone, 'Not let in').waitFor()
    await phone.getByRole('button', { name: 'Back' }).click()
    await heading(phone, 'Sign in to your node').waitFor()
    await first.close()
    await second.close()
  })
})
