/** Settings → Backup: a person lets the node back itself up, sees what is planned, and stops it. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { axeFindings } from '../kit/axe.ts'
import { chromiumMissing, launchChromium } from '../kit/chromium.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'

let machine: Machine
let node: Serving
let browser: Browser
let page: Page
beforeAll(async () => {
  if (await chromiumMissing()) return
  machine = await newMachine()
  node = await machine.serve()
  browser = await launchChromium()
  page = await (await browser.newContext({ locale: 'en' })).newPage()
  await page.goto(node.link)
  await page.locator('nav').waitFor()
  await page.goto(`${node.origin}/settings/backup`)
})
afterAll(async () => {
  await browser?.close()
  await machine?.[Symbol.asyncDispose]()
})
beforeEach((test) => requires(test, 'chromium'))

const planned = async () => (await machine.done(['backups', 'show', '--json'])).json()

it('the node’s own backups are set, said, changed and stopped on the page', async () => {
  const folder = join(machine.folder, 'backups')
  const field = page.getByLabel('Folder', { exact: true })
  await field.fill(folder)
  const start = page.getByRole('button', { name: 'Start', exact: true })
  await start.click()
  // there is no such folder yet
  await page.getByRole('alert').waitFor()
  expect(await planned()).toMatchObject({ folder: null })
  await mkdir(folder)
  await page.getByRole('radio', { name: 'Every week' }).check()
  await page.getByLabel('How many full backups to keep').fill('5')
  await start.click()
  await page.getByText('None yet').waitFor()
  await page.getByText('Saved.').waitFor()
  expect(await planned()).toMatchObject({ folder, every: 168, keep: 5 })
  expect(await axeFindings(page)).toEqual([])

  await machine.done(['backups', 'set', folder, '--every', '30'])
  await page.reload()
  await expect.poll(() => field.inputValue()).toBe(folder)
  await page.getByLabel('How many full backups to keep').fill('2')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await page.getByText('Saved.').waitFor()
  // what the page has no word for stays as it is
  expect(await planned()).toMatchObject({ folder, every: 30, keep: 2 })
  await page.getByLabel('How many full backups to keep').fill('0')
  await expect.poll(() => page.getByRole('button', { name: 'Save changes' }).isDisabled()).toBe(true)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await start.waitFor()
  expect(await planned()).toMatchObject({ folder: null, keep: 2 })
})
