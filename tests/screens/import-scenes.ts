/** Bringing in: before, while it runs, how it ended, and taking it back. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generatedExport } from '../bench/kit/exports.ts'
import { session } from '../kit/folders.ts'
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
  whole({
    name: 'import-watched',
    node: 'one',
    async play(page, stage) {
      await stage.once('watched', async () => {
        const folder = join(await mkdtemp(join(tmpdir(), 'vivim-watched-')), 'sessions')
        await mkdir(join(folder, '-home-ada-loom'), { recursive: true })
        for (const name of ['s1', 's2', 's3'])
          await writeFile(join(folder, '-home-ada-loom', `${name}.jsonl`), session(name, `Pattern ${name}`))
        await (await stage.http()).json('watching.set', { path: folder, kind: 'sessions' })
      })
      await page.goto(`${stage.node.origin}/import`)
      await page.getByRole('button', { name: 'Stop watching: sessions' }).waitFor()
      await page.getByText('from a watched folder').first().waitFor()
      await page.getByText('Another folder').click()
    },
  }),
  acted('capture', 'one', '/capture', async (page) => {
    await page.getByRole('textbox', { name: 'Write or paste something' }).fill('Rye needs **more** water than wheat.\n\n- 80 %')
    await page.getByRole('textbox', { name: /^Tags/ }).fill('bread')
  }),
  screen('import-past', 'full', '/import'),
  acted('import-undo', 'sample', '/import', async (page) => {
    await page.getByRole('link', { name: /VIVIM sample/ }).click()
    await page.getByRole('button', { name: 'Undo this import' }).click()
    await page.getByRole('alertdialog').waitFor()
  }),
]
