/**
 * One person’s whole story, on the built product: a desktop’s node and a second one, a laptop’s browser and a phone’s. They are
 * paired, write while cut off, and come together; one is thrown out; the desktop is lost, and an empty machine becomes it again
 * by the words and a backup. Each test goes on where the one before ended.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { socketClient } from '../../node-core/bin/client/socket.ts'
import { chromiumMissing, launchChromium } from '../kit/chromium.ts'
import { contentOf } from '../kit/content.ts'
import { noteOnFirst, openHeld, tagFirst } from '../kit/phone.ts'
import { type PlainHttp, signIn } from '../kit/plain-http.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'
import { socketOf } from '../kit/socket-of.ts'
import { writeExport } from '../kit/written-exports.ts'

/** For what other processes have to do first; a busy machine is slow. */
const patient = { timeout: 60_000 } as const
const talks = 4

let desktop: Machine
let server: Machine
let replacement: Machine
let there: Serving
let a: PlainHttp
let b: PlainHttp
let words: string
let backups: string
let browser: Browser
let laptop: BrowserContext
let phone: BrowserContext
/** The desktop’s own page, where its person lets others in. */
let screen: Page
let conversation: string
beforeAll(async () => {
  if (await chromiumMissing()) return
  ;[desktop, server, replacement] = [await newMachine(), await newMachine(), await newMachine({ bare: true })]
  await desktop.done(['import', writeExport(desktop.folder, 'openwebui', { seed: 21, conversations: talks }).path])
  there = await desktop.serve()
  a = await signIn((await desktop.done(['link', '--json'])).json().link)
  browser = await launchChromium()
  const context = (options: BrowserContextOptions) => browser.newContext({ locale: 'en', ...options })
  laptop = await context({ viewport: { width: 1440, height: 900 } })
  phone = await context({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  screen = await (await context({})).newPage()
  await screen.goto(there.link)
  await screen.locator('nav').waitFor()
})
afterAll(async () => {
  await browser?.close()
  for (const machine of [desktop, server, replacement]) await machine?.[Symbol.asyncDispose]()
})
beforeEach((test) => requires(test, 'chromium'))

/** Lets a browser in as a device, by the code, with a look at the number on both screens. Answers that number. */
async function pair(context: BrowserContext, name: string, on: Page, origin: string): Promise<string> {
  await on.goto(`${origin}/settings/devices`)
  await on.getByRole('button', { name: 'Pair a device' }).click()
  const dialog = on.getByRole('dialog')
  const code = (await dialog.locator('output').textContent()) ?? ''
  const page = await context.newPage()
  await page.goto(origin)
  await page.getByRole('button', { name: 'Pair this browser' }).click()
  await page.getByLabel('The code on the other screen').fill(code)
  // one that was let in before has a name already
  const called = page.getByLabel('What this device is called')
  await called.or(page.getByText(`“${name}”`)).waitFor()
  if (await called.isVisible()) await called.fill(name)
  await page.getByRole('button', { name: 'Ask to be let in' }).click()
  await page.getByRole('heading', { name: 'Compare the numbers' }).waitFor()
  await dialog.getByText(name).waitFor()
  const number = (await page.locator('output').textContent()) ?? ''
  expect(await dialog.locator('output').textContent()).toBe(number)
  await dialog.getByRole('button', { name: 'It is the same: let it in' }).click()
  await page.getByRole('navigation', { name: 'Places' }).waitFor()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.close()
  return number
}
/** What is said of the connection at the head of a page. */
const said = (page: Page) => page.locator('header [role=status]').first().textContent()
const read = (page: Page, origin: string) => page.goto(`${origin}/c/${conversation}`)
const same = (one: PlainHttp, other: PlainHttp) =>
  expect.poll(async () => JSON.stringify(await contentOf(one)) === JSON.stringify(await contentOf(other)), patient).toBe(true)
const notes = async (http: PlainHttp) => (await http.all('notes.list')).map(({ text }) => text).sort()

describe('one identity', () => {
  it('is on two nodes and in two browsers, once each was let in', async () => {
    const local = socketClient(socketOf(desktop), undefined)
    const { pairing, link } = await local.call('pairings.create', {})
    const joining = server.done(['device', 'add-node', `${there.origin}${link}`])
    const claimed = async () => (await local.call('pairings.list', {})).items.find((one) => one.pairing === pairing)?.device
    await expect.poll(claimed, patient).toBeTruthy()
    await local.call('pairings.confirm', { pairing, fingerprint: (await claimed())?.fingerprint ?? '' })
    await joining
    b = await signIn((await server.serve()).link)
    await same(a, b)

    for (const [context, name] of [
      [laptop, 'Laptop'],
      [phone, 'Pocket phone'],
    ] as const)
      await pair(context, name, screen, there.origin)
    for (const one of [a, b])
      await expect
        .poll(async () => (await one.json('devices.list')).items.map(({ name }: { name: string }) => name), patient)
        .toEqual(expect.arrayContaining(['Laptop', 'Pocket phone']))
    conversation = (await a.all('conversations.list'))[0].id
  })

  it('writes while everything is cut off, and is the same everywhere afterwards', async () => {
    const pages = { laptop: await openHeld(laptop, there.origin, talks), phone: await openHeld(phone, there.origin, talks) }
    for (const context of [laptop, phone]) await context.setOffline(true)
    for (const [name, page] of Object.entries(pages)) {
      await read(page, there.origin)
      await noteOnFirst(page, `Written on the ${name}`)
      await tagFirst(page, `by ${name}`)
      await tagFirst(page, 'by both')
      await expect.poll(() => said(page)).toContain('3 changes wait')
    }
    await b.json('notes.create', { target: conversation, text: 'Written on the server' })
    for (const context of [laptop, phone]) await context.setOffline(false)

    const written = ['Written on the laptop', 'Written on the phone', 'Written on the server']
    for (const one of [a, b]) await expect.poll(() => notes(one), patient).toEqual(written)
    await same(a, b)
    const { items } = await b.json('tags.list', { target: conversation, within: true })
    expect(items.map((one: { tag: string }) => one.tag).sort()).toEqual(['by both', 'by laptop', 'by phone'])
    // and each of the two shows what the other wrote
    for (const page of Object.values(pages)) {
      await expect.poll(() => said(page), patient).not.toContain('wait')
      for (const text of written) await page.getByText(text).first().waitFor()
      await page.close()
    }
  })

  it('throws the phone out at once, and on every node', async () => {
    const pocket = await openHeld(phone, there.origin, talks)
    await screen.goto(`${there.origin}/settings/devices`)
    await screen.getByRole('button', { name: 'Revoke Pocket phone' }).click()
    await screen.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click()
    await pocket.getByRole('heading', { name: 'This device was revoked' }).waitFor(patient)
    await pocket.reload()
    await pocket.getByRole('heading', { name: 'Sign in to your node' }).waitFor()
    const state = async () =>
      (await b.json('devices.list')).items.find(({ name }: { name: string }) => name === 'Pocket phone').state
    await expect.poll(state, patient).toBe('revoked')
    // what it had written stays
    expect(await notes(b)).toContain('Written on the phone')
    await phone.close()
  })

  it('is there again on an empty machine, by the words and a backup, after the desktop is lost', async () => {
    backups = join(server.folder, 'backups')
    await mkdir(backups)
    await desktop.done(['backup', backups])
    words = join(replacement.folder, 'words')
    const { phrase } = await socketClient(socketOf(desktop), undefined).call('account.phrase', {})
    await writeFile(words, phrase, { mode: 0o600 })
    const lost = (await a.json('account.get')).device.did
    // The laptop is away, and what is written now is in no backup.
    const away = await openHeld(laptop, there.origin, talks)
    await laptop.setOffline(true)
    await read(away, there.origin)
    await noteOnFirst(away, 'Written away from home')
    await a.json('notes.create', { target: conversation, text: 'After the backup' })
    await expect.poll(() => notes(b), patient).toContain('After the backup')
    const { origin } = there
    await desktop[Symbol.asyncDispose]()

    await replacement.done(['restore', backups, '--phrase-file', words])
    const again = await replacement.serve(['--port', new URL(origin).port])
    const c = await signIn((await replacement.done(['link', '--json'])).json().link)
    expect(c.account).toBe(b.account)
    expect(await notes(c)).toEqual(['Written on the laptop', 'Written on the phone', 'Written on the server'])
    // Another node answers where the desktop was, and nobody takes it for the same before they were told.
    const followed = async () => (await b.json('nodes.list')).items
    await expect.poll(async () => (await followed())[0].trouble?.code, patient).toBe('other-node')
    const { code } = await socketClient(socketOf(replacement), undefined).call('pairings.create', {})
    await server.done(['device', 'add-node', origin, '--code', code ?? ''])
    // what came after the backup was on the server
    await expect.poll(() => notes(c), patient).toContain('After the backup')
    expect(await followed()).toHaveLength(1)

    // The laptop is the device that it was, and what it wrote while it was away comes in.
    await laptop.setOffline(false)
    await away.getByRole('heading', { name: 'Another node answers here' }).waitFor(patient)
    await away.close()
    const desk = await (await browser.newContext({ locale: 'en' })).newPage()
    await desk.goto(again.link)
    await desk.getByRole('navigation', { name: 'Places' }).waitFor()
    await pair(laptop, 'Laptop', desk, origin)
    const back = await laptop.newPage()
    await back.goto(`${origin}/`)
    await expect.poll(() => notes(c), patient).toContain('Written away from home')
    const named = (await c.json('devices.list')).items.filter(({ name }: { name: string }) => name === 'Laptop')
    expect(named).toMatchObject([{ state: 'active' }])
    await same(c, b)
    await c.json('devices.revoke', { device: lost })
    for (const one of [b, c])
      await expect
        .poll(async () => (await one.json('devices.list')).items.find(({ did }: { did: string }) => did === lost).state, patient)
        .toBe('revoked')
    await same(c, b)
    expect(again.origin).toBe(origin)
    for (const machine of [server, replacement])
      expect((await machine.done(['doctor', '--verify', '--json'])).json()).toMatchObject({ problems: 0 })
  })
})
