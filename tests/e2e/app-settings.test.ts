/** What the settings show beside the node's own where there is an app around the page; the app is played by the test. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { UpdatesState } from '../../node-core/contract/updates.ts'
import { type AppBridge, bridgeTo } from '../kit/app-bridge.ts'
import { axeFindings } from '../kit/axe.ts'
import { chromiumMissing, launchChromium } from '../kit/chromium.ts'
import { signIn } from '../kit/plain-http.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'

let machine: Machine
let node: Serving
let browser: Browser
let token: string
beforeAll(async () => {
  if (await chromiumMissing()) return
  machine = await newMachine()
  node = await machine.serve()
  token = (await signIn(node.link)).token
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await machine?.[Symbol.asyncDispose]()
})
beforeEach((test) => requires(test, 'chromium'))

describe('in the desktop app', () => {
  const state: UpdatesState = { by: 'app', version: '1.4.0', on: false, channel: 'stable', looked: null, phase: { is: 'idle' } }
  const within = async (answers: object, act: (inside: Page, app: AppBridge) => Promise<void>) => {
    const apart = await browser.newContext({ locale: 'en' })
    const inside = await apart.newPage()
    await inside.addInitScript(() => localStorage.setItem('preferences', '{"welcomed":true}'))
    const app = await bridgeTo(inside, token, { ...answers })
    await inside.goto(`${node.origin}/settings/status`)
    await act(inside, app)
    await apart.close()
  }

  it('updates are chosen, followed, read about and restarted into, and nothing of them is found by axe', () =>
    within({ 'updates.state': state, 'updates.choose': { ...state, on: true } }, async (inside, app) => {
      const part = inside.getByRole('region', { name: 'Updates' })
      await part.getByText('This is VIVIM 1.4.0.', { exact: false }).waitFor()
      expect(await part.getByRole('radio', { name: 'Only when I ask' }).isChecked()).toBe(true)
      // Not `check`: it is the app that says what is chosen, a moment later.
      await part.getByRole('radio', { name: 'Once a day' }).click()
      await expect.poll(() => part.getByRole('radio', { name: 'Once a day' }).isChecked()).toBe(true)
      await part.getByRole('button', { name: 'Look now' }).click()
      await app.tell({ type: 'updates', state: { ...state, phase: { is: 'loading', version: '1.5.0', share: 0.25 } } })
      expect(await part.getByRole('progressbar').getAttribute('value')).toBe('0.25')
      await app.tell({ type: 'updates', state: { ...state, phase: { is: 'failed', why: 'untrusted' } } })
      await part.getByText('it is not signed by the makers of this app', { exact: false }).waitFor()
      const notes = 'A [link](https://example.org/) <img src=x onerror="document.title=1"> <b id="raw">bold</b>'
      await app.tell({ type: 'updates', state: { ...state, phase: { is: 'ready', version: '1.5.0', notes } } })
      await part.getByRole('link', { name: 'link' }).waitFor()
      expect(await part.locator('img, #raw').count()).toBe(0)
      expect(await axeFindings(inside)).toEqual([])
      await part.getByRole('button', { name: 'Restart now' }).press('Enter')
      await expect
        .poll(() => app.calls.filter(({ name }) => name.startsWith('updates.')))
        .toEqual([
          { name: 'updates.state', input: undefined },
          { name: 'updates.choose', input: { on: true } },
          { name: 'updates.look', input: undefined },
          { name: 'updates.restart', input: undefined },
        ])
    }))

  it('nothing of it can be pressed where the system brings the app up to date', () =>
    within({ 'updates.state': { ...state, by: 'system' } }, async (inside) => {
      const part = inside.getByRole('region', { name: 'Updates' })
      await part.getByText('Your system updates this app.', { exact: false }).waitFor()
      expect(await part.locator('button, input').count()).toBe(0)
    }))
})
