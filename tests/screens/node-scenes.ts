/** The person's other nodes in every state that they can be in, as the node would say it. */
import type { Page } from 'playwright-core'
import type { OtherNode } from '../../node-core/contract/api/nodes.ts'
import type { Did } from '../../node-core/contract/ids.ts'
import type { Stage } from './nodes.ts'
import { at, type Scene } from './scene.ts'

const instance = 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK' as Did
const node = (id: string, url: string, more: Partial<OtherNode>): OtherNode => ({
  ...{ id: `${id.repeat(25)}a`, url, instance, added: 0, authority: null },
  ...{ state: 'live', lastSynced: Date.now() - 5000, behind: { here: 0, there: 0 }, trouble: null },
  ...more,
})
const every = (): OtherNode[] => [
  node('a', 'https://vivim.example.org', {}),
  node('b', 'https://192.168.1.5:4747', {
    authority: Array.from({ length: 32 }, (_, n) => (n * 7 + 16).toString(16).padStart(2, '0').toUpperCase()).join(':'),
    state: 'polling',
    behind: { here: 1200, there: 1 },
  }),
  node('c', 'https://a-machine-with-a-long-name.in-the-cellar.local:4747', {
    state: 'trouble',
    lastSynced: null,
    behind: { here: 0, there: 3 },
    trouble: { code: 'unavailable', text: '', since: Date.now() - 3 * 3_600_000 },
  }),
]

const listed = async (page: Page, stage: Stage): Promise<void> => {
  await page.route('**/api/v1/nodes', (route) => route.fulfill({ json: { items: every() } }))
  await at(page, stage, '/settings/devices')
  await page.getByText('https://vivim.example.org', { exact: true }).waitFor()
}
const scene = (name: string, language: string, act: (page: Page) => Promise<void>): Scene => ({
  name,
  node: 'full',
  preferences: { language },
  async play(page, stage) {
    await listed(page, stage)
    await act(page)
  },
})

export const nodeScenes: readonly Scene[] = [
  scene('settings-nodes', 'en', (page) => page.getByText('https://vivim.example.org', { exact: true }).scrollIntoViewIfNeeded()),
  scene('settings-nodes-german', 'de', (page) => page.getByText('Deine anderen Knoten').scrollIntoViewIfNeeded()),
  scene('settings-nodes-arabic', 'ar', (page) => page.getByText('عقدك الأخرى').scrollIntoViewIfNeeded()),
  scene('settings-nodes-add', 'en', async (page) => {
    await page.getByRole('button', { name: 'Add a node' }).click()
    await page.getByRole('dialog').getByRole('textbox').first().waitFor()
  }),
]
