/** The stand-in for Electron does what Electron's documents say of the members that the app uses. */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { requires } from '../kit/requires.ts'
import { unpack } from './clone.ts'
import { type StandIn, startStandIn } from './launch.ts'
import { desktopMissing } from './launch-app.ts'

let folder: string
let app: StandIn
let page: Page
const start = (more: string[] = []) =>
  startStandIn({
    entry: join(import.meta.dirname, 'trial.child.ts'),
    args: [`--user-data-dir=${folder}`, ...more],
    environment: { PATH: process.env['PATH'] ?? '', HOME: folder },
    folder,
  })
beforeAll(async () => {
  if (await desktopMissing()) return
  folder = await mkdtemp(join(tmpdir(), 'vivim-trial-'))
  app = await start()
  await vi.waitUntil(async () => (await app.drive.windows()).length === 1, { timeout: 60_000 })
  page = await app.pageOf((await app.drive.windows())[0]?.target ?? '')
  await page.getByRole('heading', { name: 'Trial' }).waitFor()
})
afterAll(async () => {
  if (!app) return
  app.process.kill('SIGKILL')
  await app.letGo()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})
beforeEach((test) => requires(test, 'desktop'))

// biome-ignore lint/suspicious/noExplicitAny: the trial's own interface.
type Trial = any
/** What the app has noted of this kind, without its name. */
const heard = async (what: string): Promise<unknown[]> => {
  const answer = await app.drive.forge(1, null, 'heard', [])
  if ('error' in answer) throw new Error(answer.error)
  return (unpack(answer.text) as unknown[][]).filter(([name]) => name === what).map(([, value]) => value)
}

describe('a window', () => {
  it('is a page at the app’s own address, shown once it has painted', async () => {
    const [window] = await app.drive.windows()
    expect(window).toMatchObject({ url: 'try://host/start?a=1', title: 'Trial', visible: true, focused: true })
    expect(await heard('request')).toContain('try://host/start?a=1')
  })

  it('has what the preload exposes, and what crosses is cloned', async () => {
    const seen = await page.evaluate(async () => {
      const { trial } = globalThis as Trial
      const later = await trial.later([1, { two: 2n }])
      let failed: unknown
      try {
        trial.fail()
      } catch (error) {
        failed = `${error instanceof Error} ${error}`
      }
      return {
        marks: trial.marks,
        sandboxed: trial.sandboxed,
        frozen: Object.isFrozen(trial),
        twice: trial.twice((value: number) => value * 3, 2),
        later: [String(later.value[1].two), later.when instanceof Date],
        failed,
        electron: 'require' in globalThis || 'standIn' in globalThis,
      }
    })
    expect(seen).toEqual({
      marks: ['--trial-mark'],
      sandboxed: true,
      frozen: true,
      twice: 18,
      later: ['2', true],
      failed: 'true RangeError: no',
      electron: false,
    })
  })

  it('asks the app and hears from it, with the frame it is', async () => {
    const answer = await page.evaluate(async () => {
      const { args, ...rest } = await (globalThis as Trial).trial.ask(1, [undefined, new Map([['a', new Uint8Array(3)]])])
      return { ...rest, first: args[0], inner: args[1][1].get('a').length, nothing: args[1][0] === undefined }
    })
    expect(answer).toMatchObject({ url: 'try://host/start?a=1', outermost: true, first: 1, inner: 3, nothing: true })
    await expect(page.evaluate(() => (globalThis as Trial).trial.ask('fail'))).rejects.toThrow(
      "Error invoking remote method 'ask': Error: on purpose",
    )
    const told = await page.evaluate(
      () =>
        new Promise<unknown[]>((resolve) => {
          const { trial } = globalThis as Trial
          const stop = trial.hear((...args: unknown[]) => {
            stop()
            resolve([args[0], (args[1] as Uint8Array).length, args.length])
          })
          trial.say('hello')
        }),
    )
    expect(told).toEqual(['hello', 2, 3])
  })

  it('streams, sends bodies, and tells the handler when the page goes away', async () => {
    const seen = await page.evaluate(async () => {
      const stop = new AbortController()
      const { body } = await fetch('/stream', { signal: stop.signal })
      const first = await body?.getReader().read()
      stop.abort()
      const echo = await fetch('/echo', { method: 'POST', body: 'x'.repeat(300_000) })
      return [new TextDecoder().decode(first?.value), (await echo.text()).length, echo.headers.get('x-origin')]
    })
    expect(seen).toEqual(['first', 300_000, 'try://host'])
    await expect.poll(() => heard('aborted')).toHaveLength(1)
  })

  it('goes nowhere that the app prevents, and what it opens is the app’s to decide', async () => {
    await page.evaluate(() => location.assign('https://example.org/away'))
    await expect.poll(() => heard('will-navigate')).toContain('https://example.org/away')
    await page.evaluate(() => location.assign('try://host/elsewhere'))
    await expect.poll(() => heard('will-navigate')).toContain('try://host/elsewhere')
    await page.click('#out')
    await page.evaluate(() => void window.open('https://example.org/open'))
    const opened = async () => (await app.drive.records()).filter(({ what }) => what === 'shell.openExternal')
    await expect
      .poll(async () => (await opened()).map(({ details }) => details))
      .toEqual(['https://example.org/x', 'https://example.org/open'])
    expect(await page.evaluate(() => location.pathname)).toBe('/start')
    expect(
      page
        .context()
        .pages()
        .filter((one) => one.url().includes('example')),
    ).toEqual([])
  })

  it('asks before it is granted anything', async () => {
    expect(await app.drive.askPermission(1, 'notifications')).toEqual({ request: true, check: false })
    expect(await app.drive.askPermission(1, 'geolocation')).toEqual({ request: false, check: false })
  })

  it('has a context menu', async (test) => {
    if (process.env['VIVIM_DESKTOP_BROWSER']) test.skip('a window without a window manager has no context menus')
    await page.locator('#name').selectText()
    await page.locator('#name').click({ button: 'right' })
    await expect.poll(() => heard('context-menu')).toHaveLength(1)
    expect((await app.drive.contextMenu())?.map(({ label }) => label)).toEqual(['Look', 'Select All'])
    await app.drive.clickContextMenu(['Look'])
    expect(await app.drive.contextMenu()).toBeNull()
    expect(await heard('looked')).toHaveLength(1)
  })

  it('knows where files are that were chosen or dropped', async () => {
    const path = join(folder, 'chosen.txt')
    await writeFile(path, 'x')
    expect((await stat(path)).size).toBe(1)
    await app.drive.chooseFiles(1, '#file', [path])
    const place = () =>
      page.evaluate(() => {
        const field = document.querySelector<HTMLInputElement>('#file')
        return (globalThis as Trial).trial.place(field?.files?.[0])
      })
    expect(await place()).toBe(path)
    const dropped = page.evaluate(
      () =>
        new Promise((resolve) => {
          addEventListener('dragover', (event) => event.preventDefault())
          addEventListener('drop', (event) => {
            event.preventDefault()
            resolve((globalThis as Trial).trial.place(event.dataTransfer?.files[0]))
          })
        }),
    )
    await page.evaluate(() => undefined) // it listens now
    await app.drive.dropFiles(1, { x: 50, y: 50 }, [path])
    expect(await dropped).toBe(path)
  })

  it('comes back as another page after its process has gone', async () => {
    const [before] = await app.drive.windows()
    await app.drive.crashRenderer(1)
    await expect.poll(async () => (await app.drive.windows())[0]?.target).not.toBe(before?.target)
    page = await app.pageOf((await app.drive.windows())[0]?.target ?? '')
    await page.getByRole('heading', { name: 'Trial' }).waitFor()
  })
})

describe('what has no page', () => {
  it('is seen and clicked: menus, tray, dialogs, notifications, shortcuts', async () => {
    const { drive } = app
    expect((await drive.menu())?.[0]?.items?.[0]).toMatchObject({ label: 'New', accelerator: 'CmdOrCtrl+N', enabled: true })
    await drive.clickMenu(['View', 'Wide'])
    expect(await heard('wide')).toEqual([false])
    await drive.clickMenu(['File', 'new'])
    await expect.poll(() => drive.windows()).toHaveLength(2)
    await drive.clickTray(0, 'click')
    expect(await heard('tray')).toHaveLength(1)
    await drive.clickTrayMenu(0, ['Ask'])
    expect(await drive.dialogs()).toMatchObject([{ kind: 'showMessageBox', options: { buttons: ['Yes', 'No'] } }])
    await drive.answerDialog({ response: 1, checkboxChecked: false })
    await expect.poll(() => drive.notifications()).toMatchObject([{ title: 'Answered', body: '1' }])
    await drive.clickNotification(0)
    expect(await heard('notification')).toHaveLength(1)
    await drive.pressShortcut('CommandOrControl+Shift+K')
    expect(await heard('shortcut')).toHaveLength(1)
    await expect(drive.clickMenu(['File', 'Old'])).rejects.toThrow('The menu has no “File → Old”: New, Quit')
  })

  it('runs a process of its own, which is told early and ends with the app', async () => {
    await expect.poll(() => heard('child')).toEqual([{ got: { early: true }, args: ['one'], at: new Date(7) }])
    const pid = (await app.drive.utilities())[0]?.pid ?? 0
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => heard('child ended')).toEqual([9])
  })

  it('is one instance, and ends when it is asked to', async () => {
    const second = await start(['--hand-over'])
    await new Promise((resolve) => second.process.once('exit', resolve))
    await expect.poll(() => heard('second')).toEqual(['--hand-over'])
    await app.drive.closeWindow(2)
    await expect.poll(() => app.drive.windows()).toHaveLength(1)
    const ended = new Promise((resolve) => app.process.once('exit', resolve))
    await app.drive.clickMenu(['File', 'quit']).catch(() => undefined)
    expect(await ended).toBe(0)
  })
})
