/** The account's devices: letting one in on both sides, naming and throwing out, and what one does without its node. */
import type { Page } from 'playwright-core'
import type { Stage } from './nodes.ts'
import { acted, away, type Scene, screen, whole } from './scene.ts'

const path = '/settings/devices'
const dialog = (page: Page) => page.getByRole('dialog')
const listed = async (page: Page, stage: Stage): Promise<void> => {
  await stage.phone()
  await page.getByText('Phone', { exact: true }).first().waitFor()
}
/** A link that lets a device in, the same each time: a pairing is begun once. */
const pairingLink = (stage: Stage): Promise<string> =>
  stage.once('pairing link', async () => {
    const { link } = await (await stage.http()).json('pairings.create')
    return stage.node.origin + link
  })
/** A browser that has asked to be let in, and waits. */
const claimed = (stage: Stage): Promise<void> =>
  stage.once('claimed', async () => {
    const page = await (await stage.stranger()).newPage()
    await page.goto(await pairingLink(stage))
    await page.getByRole('button', { name: 'Ask to be let in' }).click()
    await page.locator('output').waitFor()
  })

export const deviceScenes: readonly Scene[] = [
  acted('devices', 'sample', path, listed),
  acted('device-rename', 'sample', path, async (page, stage) => {
    await listed(page, stage)
    await page.getByRole('button', { name: 'Rename Phone' }).click()
    await dialog(page).waitFor()
  }),
  acted('device-revoke', 'sample', path, async (page, stage) => {
    await listed(page, stage)
    await page.getByRole('button', { name: 'Revoke Phone' }).click()
    await page.getByRole('alertdialog').waitFor()
  }),
  {
    ...screen('device-news', 'sample', '/', { devicesKnown: '' }),
    async play(page, stage) {
      await stage.phone()
      await page.goto(`${stage.node.origin}/`)
      await page.getByRole('button', { name: 'I know' }).waitFor()
    },
  },
  acted('pairing-code', 'sample', path, async (page) => {
    await page.getByRole('button', { name: 'Pair a device' }).click()
    await dialog(page).getByRole('img').waitFor()
  }),
  { ...screen('pair-by-code', 'sample', '/'), browser: 'stranger', play: byCode },
  {
    ...screen('pair-by-link', 'one', '/'),
    browser: 'stranger',
    async play(page, stage) {
      await page.goto(`${stage.node.origin}/icon.svg`)
      await page.goto(await pairingLink(stage))
      await page.getByRole('button', { name: 'Ask to be let in' }).waitFor()
    },
  },
  {
    ...screen('pair-waiting', 'one', '/'),
    browser: 'stranger',
    async play(page, stage) {
      if (page.url() === 'about:blank') {
        await page.goto(await pairingLink(stage))
        await page.getByRole('button', { name: 'Ask to be let in' }).click()
      } else await page.reload()
      await page.locator('output').waitFor()
    },
  },
  {
    ...screen('pairing-claimed', 'empty', path),
    async play(page, stage) {
      await claimed(stage)
      await page.goto(stage.node.origin + path)
      await page.getByRole('button', { name: 'Compare the numbers' }).click()
      await dialog(page).locator('output').waitFor()
    },
  },
  {
    ...screen('phone-forked', 'one', '/'),
    browser: 'forked',
    async play(page, stage) {
      await stage.forked()
      await page.goto(stage.node.origin)
      await page.getByRole('button', { name: 'Pair it again with a new key' }).waitFor()
    },
  },
  {
    ...screen('phone-forked-pair', 'one', '/'),
    browser: 'forked',
    async play(page, stage) {
      await stage.forked()
      await page.goto(stage.node.origin)
      await page.getByRole('button', { name: 'Pair it again with a new key' }).click()
      await page.getByPlaceholder('ABCD-EFGH').waitFor()
    },
  },
  {
    ...screen('phone-forked-afresh', 'one', '/'),
    browser: 'forked',
    async play(page, stage) {
      await stage.forked()
      await page.goto(stage.node.origin)
      await page.getByRole('button', { name: 'Pair it again with a new key' }).click()
      await page.getByRole('button', { name: 'Begin as a new device instead' }).click()
      await page.getByRole('alertdialog').waitFor()
    },
  },
  {
    ...screen('devices-forked', 'one', path),
    async play(page, stage) {
      await stage.forked()
      await page.goto(stage.node.origin + path)
      await page.getByText('Key was in use twice').waitFor()
    },
  },
  whole(screen('settings-offline', 'sample', '/settings/offline')),
  whole({ ...screen('offline-settings', 'sample', '/settings/offline'), browser: 'phone' }),
  away('offline-library', '/', (page) => page.getByText('A timer for tea')),
  {
    ...away('offline-reader', '/', (page) => page.getByText('A timer for tea')),
    async play(page, stage) {
      await page.context().setOffline(true)
      await page.goto(`${stage.node.origin}/c/${stage.talks.get('A timer for tea')}`)
      await page.locator('article').first().waitFor()
      await stage.once('note', async () => {
        await page.locator('article').first().focus()
        await page.keyboard.press('n')
        await page.getByRole('textbox', { name: 'Your note' }).fill('Four minutes are enough')
        await page.keyboard.press('Control+Enter')
      })
      await page.getByText('Four minutes are enough').first().waitFor()
    },
  },
]

/** The same in Arabic, from the right, and with longer words than any language has. */
export const deviceLanguageScenes: readonly Scene[] = (['ar', 'pseudo'] as const).flatMap((language): Scene[] => {
  const of = (name: string, node: Scene['node'], at: string) => screen(`${name}-${language}`, node, at, { language })
  const firstButton = (page: Page) => page.locator('#main').getByRole('button').first()
  return [
    {
      ...of('phone-forked', 'one', '/'),
      browser: 'forked',
      async play(page, stage) {
        await page.goto(stage.node.origin)
        await page.locator('h1').waitFor()
        await page.getByRole('button').waitFor()
      },
    },
    {
      ...of('phone-forked-pair', 'one', '/'),
      browser: 'forked',
      async play(page, stage) {
        await page.goto(stage.node.origin)
        await page.getByRole('button').click()
        await page.getByPlaceholder('ABCD-EFGH').waitFor()
      },
    },
    {
      ...of('devices-forked', 'one', path),
      whole: true,
      async play(page, stage) {
        await stage.forked()
        await page.goto(stage.node.origin + path)
        await page.getByText('Phone', { exact: true }).first().waitFor()
      },
    },
    {
      ...of('pairing-code', 'sample', path),
      async play(page, stage) {
        await page.goto(stage.node.origin + path)
        await firstButton(page).click()
        await dialog(page).getByRole('img').waitFor()
      },
    },
    {
      ...of('pairing-claimed', 'empty', path),
      async play(page, stage) {
        await claimed(stage)
        await page.goto(stage.node.origin + path)
        await page.locator('#main p button, #main [class*=notice] button').first().click()
        await dialog(page).locator('output').waitFor()
      },
    },
    {
      ...of('devices-revoke', 'sample', path),
      async play(page, stage) {
        await stage.phone()
        await page.goto(stage.node.origin + path)
        await page.getByText('Phone', { exact: true }).first().waitFor()
        await page.getByRole('listitem').filter({ hasText: 'Phone' }).getByRole('button').last().click()
        await page.getByRole('alertdialog').waitFor()
      },
    },
    whole(of('notes-talk', 'sample', '/notes')),
    { ...whole(of('offline-settings', 'sample', '/settings/offline')), browser: 'phone' },
  ]
})

async function byCode(page: Page, { node }: Stage): Promise<void> {
  await page.goto(node.origin)
  await page.getByRole('button', { name: 'Pair this browser' }).or(page.getByRole('textbox')).first().waitFor()
  if (await page.getByRole('button', { name: 'Pair this browser' }).isVisible())
    await page.getByRole('button', { name: 'Pair this browser' }).click()
  await page.getByPlaceholder('ABCD-EFGH').waitFor()
}
