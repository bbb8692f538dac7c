/**
 * A browser that is a device holds conversations in its profile, sealed: no file of the profile shows a word of them, nor
 * of what is written there without the node.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchChromiumWithProfile } from '../kit/chromium.ts'
import { needlesOf } from '../kit/needles.ts'
import { makeDevice, openHeld } from '../kit/phone.ts'
import { signIn } from '../kit/plain-http.ts'
import { type Machine, newMachine } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'
import { zipOf } from '../kit/zip.ts'

const words = {
  title: 'Quillonbread',
  prose: 'marzipandrome',
  note: 'velvetlantern',
  tag: 'umbrellastone',
  search: 'zephyrcastle',
}
const control = 'cucumberloom'

let machine: Machine
beforeAll(async () => {
  machine = await newMachine()
  const parts = [{ type: 'text', text: `All about ${words.prose}.` }]
  const talk = {
    source: 'chatgpt',
    key: 'k',
    title: words.title,
    created: 1000,
    messages: [{ id: 'q', parent: null, role: 'user', time: 2000, parts }],
  }
  const manifest = {
    format: 'vivim-export',
    version: 1,
    exported: 0,
    counts: { conversations: 1, documents: 0, messages: 0, notes: 0, blobs: 0 },
    incomplete: [],
  }
  const file = join(machine.folder, 'talk.zip')
  await writeFile(file, await zipOf({ 'vivim-export.json': manifest, 'conversations/k.json': talk }))
  await machine.done(['import', file])
})
afterAll(() => machine?.[Symbol.asyncDispose]())

it('no word of what a device holds or writes is in a file of its browser', async (test) => {
  await requires(test, 'chromium')
  const node = await machine.serve()
  const http = await signIn(node.link)
  const folder = join(machine.folder, 'profile')
  const profile = await launchChromiumWithProfile(folder)
  try {
    await makeDevice(profile, node.origin, http)
    const page = await openHeld(profile, node.origin, 1)
    const status = () => page.locator('header [role=status]').first().textContent()
    await profile.setOffline(true)
    await page.goto(`${node.origin}/`)
    await page.getByText(words.title).first().click()
    await page.getByText(`All about ${words.prose}.`).waitFor()
    await page.locator('article').first().focus()
    await page.keyboard.press('n')
    await page.getByRole('textbox', { name: 'Your note' }).fill(words.note)
    await page.keyboard.press('Control+Enter')
    await expect.poll(status).toContain('1 change waits')
    await page.locator('article').first().focus()
    await page.keyboard.press('t')
    await page.getByRole('combobox', { name: 'Your tag' }).fill(words.tag)
    await page.keyboard.press('Enter')
    await expect.poll(status).toContain('2 changes wait')
    await page.goto(`${node.origin}/search`)
    await page.getByRole('searchbox').first().fill(words.search)
    await page.getByRole('searchbox').first().fill(words.prose)
    await page.locator('mark', { hasText: words.prose }).first().waitFor()
    // What is not sealed is found: the search below looks where things are kept.
    await page.evaluate(
      (word) =>
        new Promise<void>((resolve) => {
          const request = indexedDB.open('control', 1)
          request.onupgradeneeded = () => request.result.createObjectStore('words').put({ word }, 1)
          request.onsuccess = () => resolve()
        }),
      control,
    )
  } finally {
    await profile.close()
  }
  const found = await needlesOf([...Object.values(words), control]).searchFolder(folder)
  expect(found.some((place) => place.includes(control))).toBe(true)
  expect(found.filter((place) => !place.includes(control))).toEqual([])
})
