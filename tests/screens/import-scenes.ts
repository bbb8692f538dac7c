/** Bringing in: before, while it runs, how it ended, and taking it back. */
import { generatedExport } from '../bench/kit/exports.ts'
import { acted, at, type Scene, screen, whole } from './scene.ts'

export const importScenes: readonly Scene[] = [
  whole(screen('import-empty', 'empty', '/import')),
  acted('import-steps', 'empty', '/import', async (page) => {
    await page.getByRole('button', { name: 'ChatGPT' }).click()
    await page.getByRole('button', { name: 'ChatGPT' }).scrollIntoViewIfNeeded()
  }),
  acted('import-drop', 'empty', '/import', async (page) => {
    await page.evaluate(() => {
      const held = new DataTransfer()
      held.items.add(new File(['{}'], 'conversations.json'))
      window.dispatchEvent(new DragEvent('dragenter', { dataTransfer: held, bubbles: true, cancelable: true }))
    })
  }),
  whole({
    name: 'import-report',
    node: 'full',
    async play(page, stage) {
      const run = await stage.importText('again.json', '[{"uuid":"1","name":"x","chat_messages":"no list"}]')
      await at(page, stage, `/import/${run}`)
    },
  }),
  whole(
    acted('import-done', 'full', '/import', async (page) => {
      await page
        .getByRole('link', { name: /^chatgpt/ })
        .last()
        .click()
      await page.getByRole('button', { name: 'Undo this import' }).waitFor()
    }),
  ),
  {
    name: 'import-failed',
    node: 'full',
    async play(page, stage) {
      await at(page, stage, `/import/${await stage.importText('holiday.txt', 'This is no export.')}`)
    },
  },
  {
    name: 'import-running',
    node: 'spare',
    async play(page, stage) {
      await stage.once('running', async () => {
        const { path } = await generatedExport(100_000, 1)
        await stage.node.local('POST', '/api/v1/imports/paths', { paths: [path, path] })
      })
      await page.goto(`${stage.node.origin}/import`)
      await page.getByRole('progressbar').first().waitFor()
    },
  },
  screen('import-running-elsewhere', 'spare', '/settings'),
  screen('import-past', 'full', '/import'),
  acted('import-undo', 'sample', '/import', async (page) => {
    await page.getByRole('link', { name: /VIVIM sample/ }).click()
    await page.getByRole('button', { name: 'Undo this import' }).click()
    await page.getByRole('alertdialog').waitFor()
  }),
]
