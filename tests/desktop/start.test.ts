/** The desktop app as people launch it: it shows the page with a session that the page never holds. */

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { desktopMissing, launchApp } from '../electron/launch-app.ts'
import type { LaunchedApp } from '../electron/launched.ts'
import { requires } from '../kit/requires.ts'

let app: LaunchedApp
let page: Page
beforeAll(async () => {
  if (await desktopMissing()) return
  app = await launchApp()
  page = await app.firstWindow()
  await page.locator('h1').first().waitFor()
})
afterAll(() => app?.[Symbol.asyncDispose]())

it('shows the app over the app’s own scheme', async (test) => {
  await requires(test, 'desktop')
  expect(await app.urlOf(page)).toMatch(/^app:\/\/vivim\//)
})

it('gives the page neither Node nor a token', async (test) => {
  await requires(test, 'desktop')
  const seen = await page.evaluate(() => ({
    vivim: Object.keys(Reflect.get(globalThis, 'vivim')),
    node: ['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis),
    stored: localStorage.length + sessionStorage.length + document.cookie.length,
  }))
  expect(seen).toEqual({ vivim: ['platform', 'version', 'call', 'openFiles', 'on'], node: [], stored: 0 })
})

it('goes nowhere else and opens no window', async (test) => {
  await requires(test, 'desktop')
  const address = await app.urlOf(page)
  await page.evaluate(() => {
    location.href = 'https://example.org/'
    window.open('app://vivim/')
  })
  // What comes after it is answered by the page that stayed.
  expect(await page.evaluate(() => document.title)).toBe('VIVIM')
  expect(await app.urlOf(page)).toBe(address)
  expect(await app.windows()).toHaveLength(1)
})
