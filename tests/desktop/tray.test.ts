/** The app’s life as people see it: it stays in the tray, sleeps and wakes, gives up a node that keeps failing, quits. */
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, type TestContext } from 'vitest'
import { desktopMissing, launchApp } from '../electron/launch-app.ts'
import type { LaunchedApp } from '../electron/launched.ts'
import { axeFindings } from '../kit/axe.ts'
import { requires } from '../kit/requires.ts'
import { writeExport } from '../kit/written-exports.ts'

let app: LaunchedApp
let page: Page
beforeAll(async () => {
  if (await desktopMissing()) return
  app = await launchApp()
  page = await app.firstWindow()
  await page.locator('h1').first().waitFor()
})
afterAll(() => app?.[Symbol.asyncDispose]())

const needs = async (test: TestContext) => {
  await requires(test, 'desktop')
  if (!app.can('trays')) test.skip('Electron’s tray cannot be driven')
}
const tray = async () => {
  const [first] = await app.drive.trays()
  if (!first) throw new Error('There is no tray.')
  return first
}
const entries = async () => ((await tray()).menu ?? []).map(({ id, label }) => ({ id, label }))
const statusLine = async () => (await entries())[0]?.label
const windowCount = async () => (await app.windows()).length
const closeWindow = async () => {
  const [window] = await app.drive.windows()
  if (window) await app.drive.closeWindow(window.id)
  await expect.poll(windowCount).toBe(0)
}
/** Asks the node as the page does; answers JSON. */
const ask = (path: string): Promise<Record<string, unknown>> =>
  page.evaluate(async (address) => (await fetch(address)).json(), `/api/v1/${path}`)
const reports = async (): Promise<string[]> => {
  const folder = join(app.userData, 'crash-reports')
  return existsSync(folder) ? (await readdir(folder)).sort() : []
}

it('says at a glance how the node stands, and shows what changed last', async (test) => {
  await needs(test)
  await expect.poll(statusLine).toBe('Running, on this computer only')
  expect((await tray()).toolTip).toBe('VIVIM · Running, on this computer only')
  const { path } = writeExport(app.folder, 'openwebui', { seed: 3, conversations: 4 })
  const bytes = (await readFile(path)).toString('base64')
  await page.evaluate(async (text) => {
    const body = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))
    const answer = await fetch('/api/v1/imports?name=chats.json', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/octet-stream' },
    })
    if (!answer.ok) throw new Error(await answer.text())
  }, bytes)
  const recent = async () => (await entries()).filter(({ id }) => id.startsWith('recent-'))
  await expect.poll(async () => (await recent()).length).toBeGreaterThan(2)
  const titles = ((await ask('conversations'))['items'] as { title: string | null }[]).map(({ title }) => title)
  expect(titles).toContain((await recent())[0]?.label.replaceAll('&&', '&'))
})

it('asks what closing means where no panel shows it, keeps the answer, and is found again', async (test) => {
  await needs(test)
  if (process.platform !== 'linux') return test.skip('elsewhere there is always a place for it')
  await app.drive.answerNextDialog({ response: 0, checkboxChecked: true })
  await closeWindow()
  await expect
    .poll(async () => JSON.parse(await readFile(join(app.userData, 'computer.json'), 'utf8')))
    .toMatchObject({
      whenClosed: 'stay',
    })
  expect(await app.nodePid()).toBeDefined()
  await app.drive.clickTray(0, 'click')
  page = await app.firstWindow()
  await page.locator('h1').first().waitFor()
})

it('leads from the tray to a conversation and to looking for words', async (test) => {
  await needs(test)
  await closeWindow()
  const [recent] = (await entries()).filter(({ id }) => id.startsWith('recent-'))
  await app.drive.clickTrayMenu(0, [recent?.id ?? ''])
  page = await app.firstWindow()
  await expect.poll(() => app.urlOf(page)).toBe(`app://vivim/c/${recent?.id.slice('recent-'.length)}`)
  await app.drive.clickTrayMenu(0, ['search'])
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  expect(await windowCount()).toBe(1)
})

it('comes back with what a second start brings', async (test) => {
  await needs(test)
  await closeWindow()
  expect(await app.secondInstance(['--hidden'])).toBe(0)
  expect(await windowCount()).toBe(0)
  expect(await app.secondInstance()).toBe(0)
  page = await app.firstWindow()
  await page.locator('h1').first().waitFor()
})

it('starts the node again where it ended, keeps a report of that without anything of the person’s, and gives up in the end', async (test) => {
  await needs(test)
  await app.kill('node')
  await expect.poll(async () => (await reports()).length).toBe(1)
  const [name] = await reports()
  const text = await readFile(join(app.userData, 'crash-reports', name ?? ''), 'utf8')
  expect(JSON.parse(text)).toMatchObject({ what: 'node', version: expect.any(String), ready: true })
  expect(text).not.toContain(app.folder)
  await expect.poll(statusLine).toBe('Running, on this computer only')
  for (let n = 2; n <= 5; n++) {
    await app.kill('node')
    await expect.poll(async () => (await reports()).length).toBe(n)
    if (n < 5) await expect.poll(() => app.nodePid()).toBeDefined()
  }
  await expect.poll(statusLine).toBe('Stopped after several crashes')
  await page.getByRole('heading', { name: 'Your node keeps failing' }).waitFor()
  await page.getByText('It ended 5 times within a few minutes').waitFor()
  expect((await tray()).menu?.map(({ id }) => id)).toContain('again')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect.poll(statusLine).toBe('Running, on this computer only')
})

it('is set up on a screen of the settings: its start, its end, and what is kept of crashes', async (test) => {
  await needs(test)
  await app.drive.clickTrayMenu(0, ['settings'])
  await expect.poll(() => app.urlOf(page)).toBe('app://vivim/settings/computer')
  await page.getByRole('heading', { name: 'This computer' }).waitFor()
  if (process.platform === 'linux') {
    const entry = join(app.home, '.config/autostart/vivim.desktop')
    await page.getByRole('radio', { name: 'Start VIVIM, without a window' }).check()
    await expect.poll(() => existsSync(entry)).toBe(true)
    expect(await readFile(entry, 'utf8')).toMatch(/^Exec=".*" "--hidden"$/m)
    await page.getByRole('radio', { name: 'Do not start it' }).check()
    await expect.poll(() => existsSync(entry)).toBe(false)
  }
  const titles = async () => (await entries()).filter(({ id }) => id.startsWith('recent-')).length
  expect(await titles()).toBeGreaterThan(0)
  await page.getByRole('radio', { name: 'Show no titles' }).check()
  await expect.poll(titles).toBe(0)

  expect(await page.getByText('The node ended').count()).toBe(5)
  expect(await axeFindings(page)).toEqual([])
  await page.getByRole('button', { name: 'Delete all reports' }).click()
  await page.getByText('There are none.').waitFor()
  expect(await reports()).toEqual([])
})

it('sleeps and wakes, and quits with its store closed', async (test) => {
  await needs(test)
  await app.drive.power('suspend')
  await app.drive.power('resume')
  await expect.poll(() => ask('status')).toMatchObject({ reach: 'machine' })
  expect(await app.quit()).toBe(0)
  expect(existsSync(join(app.data, 'running'))).toBe(false)
})
