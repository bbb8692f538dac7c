/** What a window of the desktop app shows instead of the library: locks, and what the keys wait for. */
import type { Page } from 'playwright-core'
import type { KeysState } from '../../node-core/contract/shell-keys.ts'
import type { Scene } from './scene.ts'

/** In place of the preload: an app that says how its keys stand, and takes nothing. */
const appWith = async (page: Page, state: KeysState, preferences: object): Promise<unknown> =>
  page.addInitScript(
    ([state, preferences]) => {
      const answers: Readonly<Record<string, unknown>> = { 'keys.state': state, 'preferences.load': preferences }
      const call = async (name: string) => ({ value: answers[name] })
      Reflect.set(window, 'vivim', {
        platform: 'linux',
        version: '1',
        call,
        openFiles: async () => null,
        on: () => () => undefined,
      })
    },
    [state, JSON.stringify(preferences)] as const,
  )

const locked = (name: string, state: KeysState, preferences: object = {}, opened?: string): Scene => ({
  name: `locked-${name}`,
  node: 'empty',
  async play(page, { node }) {
    await appWith(page, state, preferences)
    await page.goto(node.origin)
    await page.locator('h1').first().waitFor()
    if (opened) await page.getByRole('button', { name: opened }).click()
  },
})

export const lockedScenes: readonly Scene[] = [
  locked('choose', { is: 'choose', trouble: 'none' }),
  locked('choose-wallet', { is: 'choose', trouble: 'wallet' }),
  locked('passphrase', { is: 'passphrase', wrong: true }),
  locked('forgotten', { is: 'passphrase', wrong: false }, {}, 'Forgotten? Use your 24 words'),
  locked('keychain', { is: 'keychain', trouble: 'locked' }),
  locked('missing-ar', { is: 'missing' }, { language: 'ar' }, 'استعدها بكلماتك الأربع والعشرين'),
  locked('refused', { is: 'refused', code: 'phrase-mismatch' }),
  locked('windows', { is: 'locked', by: 'idle', how: 'click' }),
  locked('windows-de', { is: 'locked', by: 'system', how: 'passphrase' }, { language: 'de' }),
  locked('everything-ja', { is: 'closed' }, { language: 'ja' }),
]
