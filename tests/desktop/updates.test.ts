/** The app and its own versions: a store that a newer one wrote is refused in words, with the way on, and left as it is. */
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { beforeEach, expect, it } from 'vitest'
import { launchApp } from '../electron/launch-app.ts'
import type { Place } from '../electron/launched.ts'
import { axeFindings } from '../kit/axe.ts'
import { importInto } from '../kit/desktop-store.ts'
import { requires } from '../kit/requires.ts'
import { writeExport } from '../kit/written-exports.ts'

/** No version of the product will ever get there. */
const newer = 9999
beforeEach((test) => requires(test, 'desktop'))

const version = ({ data }: Place, set?: number): unknown => {
  const store = new Database(join(data, 'store.db'))
  if (set !== undefined) store.pragma(`user_version = ${set}`)
  const found = store.pragma('user_version', { simple: true })
  store.close()
  return found
}

it('does not open what a newer version wrote, says so, and who brings the app up to date', async () => {
  await using app = await launchApp({
    async prepare(place) {
      await importInto(place, writeExport(place.folder, 'openwebui', { seed: 31, conversations: 1 }).path)
      version(place, newer)
    },
  })
  const page = await app.firstWindow()
  await page.getByText('A newer version of VIVIM wrote this data. Nothing is lost: update VIVIM.').waitFor()
  await page.getByRole('region', { name: 'Updates' }).getByText('run from its repository', { exact: false }).waitFor()
  expect(await axeFindings(page)).toEqual([])
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('region', { name: 'Updates' }).waitFor()
  expect(await app.quit()).toBe(0)
  expect(version(app)).toBe(newer)
})
