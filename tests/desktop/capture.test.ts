/** Quick capture: the shortcut, the small window, and what it kept. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { desktopMissing, launchApp } from '../electron/launch-app.ts'
import type { LaunchedApp } from '../electron/launched.ts'
import { requires } from '../kit/requires.ts'

let app: LaunchedApp
let page: Page
const keys = 'Control+Alt+V'
beforeAll(async () => {
  if (await desktopMissing()) return
  app = await launchApp()
  page = await app.firstWindow()
  await page.locator('h1').first().waitFor()
})
afterAll(() => app?.[Symbol.asyncDispose]())
beforeEach(async (test) => {
  await requires(test, 'desktop')
  if (app && !app.can('shortcuts')) test.skip('the system’s own shortcuts cannot be pressed here')
})

/** The small window, once it is there. */
const small = async (): Promise<Page> => {
  await expect.poll(async () => (await app.windows()).length).toBe(2)
  const found = (await app.windows()).find((one) => one !== page)
  if (!found) throw new Error('no small window')
  await found.getByRole('textbox', { name: 'Write or paste something' }).waitFor()
  return found
}

it('has no shortcut until a person presses one in the settings', async () => {
  expect(await app.drive.shortcuts()).toEqual([])
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('Advanced')
  await page.keyboard.press('Enter')
  const field = page.getByRole('textbox', { name: 'Shortcut' })
  await field.press(keys)
  await page.getByText('It works everywhere.').waitFor()
  expect(await app.drive.shortcuts()).toEqual([keys])
})

it('opens the small window from anywhere, and keeps what is written there', async () => {
  await app.drive.pressShortcut(keys)
  const capture = await small()
  expect(await app.urlOf(capture)).toBe('app://vivim/capture/alone')
  expect(await capture.getByRole('navigation').count()).toBe(0)
  await capture.getByRole('textbox', { name: 'Write or paste something' }).fill('Rye needs more levainwater')
  await capture.getByRole('textbox', { name: /^Tags/ }).fill('bread, baking')
  await capture.keyboard.press('Control+Enter')
  await expect.poll(async () => (await app.windows()).length).toBe(1)
  // its keys would be the shortcut while the field for it has the focus
  await page.getByRole('button', { name: /^Search your conversations/ }).click()
  await page.getByRole('combobox').fill('levainwater')
  await page
    .getByRole('option', { name: /levainwater/ })
    .first()
    .waitFor()
  await page.keyboard.press('Escape')
})

it('goes at Escape, and asks where something was typed', async () => {
  await app.drive.pressShortcut(keys)
  const capture = await small()
  const field = capture.getByRole('textbox', { name: 'Write or paste something' })
  await field.fill('half a thought')
  // stay
  await app.drive.answerNextDialog(0)
  await capture.keyboard.press('Escape')
  const asked = async () => (await app.drive.records()).some(({ what }) => what === 'dialog.showMessageBoxSync')
  await expect.poll(asked).toBe(true)
  expect(await field.inputValue()).toBe('half a thought')
  await field.fill('')
  // The window may be gone before the key is up again.
  await capture.keyboard.press('Escape').catch(() => undefined)
  await expect.poll(async () => (await app.windows()).length).toBe(1)
})

it('asks nobody when the windows lock, and leaves nothing of what was typed on the screen', async () => {
  await app.drive.pressShortcut(keys)
  const capture = await small()
  await capture.getByRole('textbox', { name: 'Write or paste something' }).fill('half a thought')
  const asked = async () => (await app.drive.records()).filter(({ what }) => what === 'dialog.showMessageBoxSync').length
  // What holds the page back goes with the lock's own screen, unless it is outside of any, as an upload is.
  for (const one of [page, capture]) await one.evaluate(() => addEventListener('beforeunload', (event) => event.preventDefault()))
  const before = await asked()
  await app.drive.power('lock-screen')
  for (const one of [page, capture]) {
    await one.getByRole('heading', { level: 1, name: 'VIVIM is locked' }).waitFor()
    expect(await one.getByRole('textbox', { name: 'Write or paste something' }).count()).toBe(0)
  }
  expect(await asked()).toBe(before)
})
