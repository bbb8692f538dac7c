/** The desktop app's life: started once, its window and its node come back, and it ends with its store closed. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { desktopMissing, launchApp } from '../electron/launch-app.ts'
import type { LaunchedApp } from '../electron/launched.ts'
import { importInto, storeRuns } from '../kit/desktop-store.ts'
import { requires } from '../kit/requires.ts'
import { writeExport } from '../kit/written-exports.ts'

let app: LaunchedApp
beforeAll(async () => {
  if (await desktopMissing()) return
  app = await launchApp({
    prepare: (place) => importInto(place, writeExport(place.folder, 'openwebui', { seed: 31, conversations: 6 }).path),
  })
})
afterAll(() => app?.[Symbol.asyncDispose]())
beforeEach((test) => requires(test, 'desktop'))

const rows = (page: Page) => page.getByRole('region', { name: 'Conversations' }).locator('[data-conversation]')
/** The first window's page as it is now. */
const shown = async (): Promise<Page> => {
  const page = await app.firstWindow()
  await rows(page).first().waitFor()
  return page
}

describe('the desktop app', () => {
  it('shows the library in a window', async () => {
    const page = await shown()
    expect(await app.urlOf(page)).toBe('app://vivim/')
    expect(await rows(page).count()).toBeGreaterThan(3)
    expect((await app.drive.windows()).map(({ visible }) => visible)).toEqual([true])
  })

  it('is started once: a second start ends, and the first one comes to the front', async () => {
    await shown()
    const [window] = await app.drive.windows()
    await app.drive.minimizeWindow(window?.id ?? 0)
    expect(await app.secondInstance()).toBe(0)
    await expect.poll(() => app.drive.windows()).toMatchObject([{ mode: 'normal', visible: true, focused: true }])
  })

  it('starts a node again that was killed, and the page goes on with it', async () => {
    const page = await shown()
    const before = await app.nodePid()
    await app.kill('node')
    // The page asks the new node: what it shows then was not there before.
    await rows(page).first().click()
    await page.locator('[data-unit]').first().waitFor()
    expect(await app.nodePid()).not.toBe(before)
    await page.goBack()
  })

  it('shows the window’s page again that ended', async () => {
    await shown()
    await app.kill('renderer')
    expect(await rows(await shown()).count()).toBeGreaterThan(3)
    expect(await app.drive.windows()).toHaveLength(1)
  })

  it('ends with its store closed, and begins again on what it left', async () => {
    expect(storeRuns(app)).toBe(true)
    expect(await app.quit()).toBe(0)
    expect(storeRuns(app)).toBe(false)
    const { folder } = app
    await using again = await launchApp({ folder })
    const page = await again.firstWindow()
    await rows(page).first().waitFor()
    // Killed, it leaves the store to its node, which sees that and closes it.
    const node = await again.nodePid()
    expect(node).toBeGreaterThan(0)
    await again.kill('main')
    await expect.poll(() => alive(node ?? 0)).toBe(false)
    expect(storeRuns(again)).toBe(false)
  })
})

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
