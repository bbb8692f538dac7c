/** The app's updates in every state that they can be in, as the app would say it. */
import type { UpdatesState } from '../../node-core/contract/updates.ts'
import { bridgeTo } from '../kit/app-bridge.ts'
import { at, type Scene } from './scene.ts'

const news = `- **Search** finds words inside of files.
- An import of 1 GB takes half the time.

See [all changes](https://example.org/changes).`
const scene = (name: string, state: Partial<UpdatesState>, language = 'en'): Scene => ({
  name: `settings-updates-${name}`,
  node: 'sample',
  whole: true,
  preferences: { language },
  async play(page, stage) {
    // The page stays for every size; it is made the app's once.
    if (page.url() === 'about:blank') {
      const state_: UpdatesState = {
        by: 'app',
        version: '1.4.0',
        on: true,
        channel: 'stable',
        looked: null,
        phase: { is: 'idle' },
        ...state,
      }
      await bridgeTo(page, (await stage.http()).token, { 'updates.state': state_ })
    }
    await at(page, stage, '/settings/status')
    await page.getByText('1.4.0', { exact: false }).last().scrollIntoViewIfNeeded()
  },
})

export const updateScenes: readonly Scene[] = [
  scene('off', { on: false }),
  scene('none', { looked: Date.UTC(2026, 10, 23, 9) }),
  scene('loading', { phase: { is: 'loading', version: '1.5.0', share: 0.4 } }),
  scene('ready', { phase: { is: 'ready', version: '1.5.0', notes: news } }),
  scene('ready-german', { phase: { is: 'ready', version: '1.5.0', notes: news } }, 'de'),
  scene('ready-arabic', { phase: { is: 'ready', version: '1.5.0', notes: news } }, 'ar'),
  scene('untrusted', { phase: { is: 'failed', why: 'untrusted' } }),
  scene('unreachable-japanese', { phase: { is: 'failed', why: 'unreachable' } }, 'ja'),
  scene('system-spanish', { by: 'system' }, 'es'),
  scene('keyless', { by: 'keyless' }),
]
