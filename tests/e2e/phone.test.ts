/** A phone whose node is out of reach, in a real browser: reading, finding and writing go on, and all comes together again. */
import { once } from 'node:events'
import { cp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Message } from '../../node-core/contract/content.ts'
import { chromiumMissing, launchChromium } from '../kit/chromium.ts'
import { makeDevice, noteOnFirst, openHeld, tagFirst } from '../kit/phone.ts'
import { type PlainHttp, signIn } from '../kit/plain-http.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'
import { zipOf } from '../kit/zip.ts'

const message = (id: string, parent: string | null, role: Message['role'], words: string, time: number): Message => ({
  id,
  parent,
  role,
  time,
  parts: [{ type: 'text', text: words }],
})
const talks = {
  bread: [
    message('q', null, 'user', 'Why does my dough collapse?', 2000),
    message('a', 'q', 'assistant', 'Lower the hydration.\n\nThen bake it, crème brûlée style.', 3000),
  ],
  moon: [
    message('q', null, 'user', 'Why do we see one side of the moon?', 4000),
    message('a', 'q', 'assistant', 'Tides slowed its spin.', 5000),
  ],
}

let machine: Machine
let node: Serving
let http: PlainHttp
let browser: Browser
let context: BrowserContext
const ids: Record<string, string> = {}
beforeAll(async () => {
  if (await chromiumMissing()) return
  machine = await newMachine()
  const file = join(machine.folder, 'talks.zip')
  const conversations = Object.entries(talks).map(([key, messages]) => [
    `conversations/${key}.json`,
    { source: 'chatgpt', key, title: `About ${key}`, created: 1000, messages },
  ])
  const manifest = {
    format: 'vivim-export',
    version: 1,
    exported: 0,
    counts: { conversations: 2, documents: 0, messages: 0, notes: 0, blobs: 0 },
    incomplete: [],
  }
  await writeFile(file, await zipOf({ 'vivim-export.json': manifest, ...Object.fromEntries(conversations) }))
  await machine.done(['import', file])
  for (const { id, title } of (await machine.done(['list', '--json'])).json().items) ids[title.replace('About ', '')] = id
  node = await machine.serve()
  http = await signIn(node.link)
  browser = await launchChromium()
  context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  await makeDevice(context, node.origin, http)
})
afterAll(async () => {
  await browser?.close()
  await machine?.[Symbol.asyncDispose]()
})
beforeEach((test) => requires(test, 'chromium'))

/** The export that the first machine has imported. */
const talksOf = ({ folder }: Machine) => join(folder, 'talks.zip')
/** Starts the node at a port; answers how to stop it. */
async function serveAt(where: Machine, port: string): Promise<() => Promise<void>> {
  const child = where.start(['serve', '--port', port])
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
  await expect.poll(answers).toBe(true)
  return async () => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  }
}

/** What the node holds of a talk, in the order of the words. */
const notesOn = async (key: keyof typeof talks): Promise<string[]> =>
  (await http.json('notes.list', { target: ids[key] })).items.map(({ text }: { text: string }) => text).sort()
const tagsOn = async (key: keyof typeof talks): Promise<string[]> =>
  (await http.json('tags.list', { target: ids[key], within: true })).items.map(({ tag }: { tag: string }) => tag).sort()

const status = (page: Page) => page.locator('header [role=status]').first()

describe('a phone', () => {
  it('can install the page', async () => {
    const page = await context.newPage()
    await page.goto(node.origin)
    const devtools = await context.newCDPSession(page)
    const { errors, data } = await devtools.send('Page.getAppManifest')
    expect(errors).toEqual([])
    expect(JSON.parse(data ?? '')).toMatchObject({ name: 'VIVIM', display: 'standalone', start_url: '/' })
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors')
    // Whatever is opened in private is never installed.
    expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([])
    await page.close()
  })

  it('reads and finds without its node what it holds, after a reload as well', async () => {
    const page = await openHeld(context, node.origin, 2)
    await context.setOffline(true)
    try {
      await page.goto(`${node.origin}/`)
      await page.getByText('About bread').first().waitFor()
      await expect.poll(() => status(page).textContent()).toContain('Offline')
      await page.goto(`${node.origin}/c/${ids['bread']}`)
      await page.getByText('Lower the hydration.').waitFor()
      await page.goto(`${node.origin}/search`)
      await page.getByRole('searchbox').first().fill('creme brulee')
      await page.locator('mark', { hasText: 'crème' }).first().waitFor()
    } finally {
      await context.setOffline(false)
    }
    await expect.poll(() => status(page).textContent()).not.toContain('Offline')
    await page.close()
  })

  it('writes notes and tags without its node, which has them afterwards as they were written', async () => {
    const page = await openHeld(context, node.origin, 2)
    await context.setOffline(true)
    try {
      await page.goto(`${node.origin}/c/${ids['bread']}`)
      await page.getByText('Lower the hydration.').waitFor()
      await tagFirst(page, 'kitchen')
      await noteOnFirst(page, 'Ask the baker 🥖 – rye?')
      await expect.poll(() => status(page).textContent()).toContain('2 changes wait')
      await page.locator('#main').getByText('2 changes wait. If the browser runs out of room').waitFor()
      // a page that is loaded anew still shows them
      await page.reload()
      await page.getByText('Ask the baker 🥖 – rye?').waitFor()
    } finally {
      await context.setOffline(false)
    }
    await expect.poll(() => status(page).textContent()).not.toContain('Offline')
    await expect.poll(() => notesOn('bread')).toEqual(['Ask the baker 🥖 – rye?'])
    await expect.poll(() => tagsOn('bread')).toEqual(['kitchen'])
    await page.getByText('Ask the baker 🥖 – rye?').waitFor()
    await page.close()
  })

  it('changes a note that is on the node, and meets there what was written meanwhile', async () => {
    const [note] = (await http.json('notes.list', { target: ids['bread'] })).items
    const page = await openHeld(context, node.origin, 2)
    await context.setOffline(true)
    try {
      await page.goto(`${node.origin}/c/${ids['bread']}`)
      await page.getByText(note.text).waitFor()
      await page.getByRole('button', { name: 'Change this note' }).first().click()
      const field = page.getByRole('textbox', { name: 'Your note' })
      await field.fill(`${note.text} And millet?`)
      await page.keyboard.press('Control+Enter')
      await expect.poll(() => status(page).textContent()).toContain('1 change waits')
      await http.json('notes.update', { note: note.id, text: `Please! ${note.text}`, revision: note.revision })
    } finally {
      await context.setOffline(false)
    }
    const both = `Please! ${note.text} And millet?`
    await expect.poll(async () => (await http.json('notes.get', { note: note.id })).text).toBe(both)
    await page.getByText(both).waitFor()
    await page.close()
  })

  for (const [way, leave] of [
    [
      'saved',
      async (page: Page) => {
        await page.keyboard.press('Control+Enter')
        await page.getByRole('textbox', { name: 'Your note' }).waitFor({ state: 'detached' })
      },
    ],
    ['left for another screen', (page: Page) => page.getByRole('link', { name: 'Library' }).first().click()],
  ] as const)
    it(`holds what is written into a note that was opened before the node went away, when it is ${way}`, async () => {
      const page = await openHeld(context, node.origin, 2)
      const fetched = new Set<string>()
      page.on('response', (response) => fetched.add(new URL(response.url()).pathname))
      const { id } = await http.json('notes.create', { target: ids['moon'], text: `Cheese, ${way}` })
      await expect.poll(() => fetched.has(`/api/v1/notes/${id}/live`)).toBe(true)
      const keeps = () =>
        page.evaluate(async () => (await navigator.locks.query()).held?.some(({ name }) => name === 'vivim-held-keep'))
      await expect.poll(keeps).toBe(false)
      await page.goto(`${node.origin}/c/${ids['moon']}`)
      await page.getByText(`Cheese, ${way}`).waitFor()
      await page.getByRole('button', { name: 'Change this note' }).first().click()
      const words = `Cheese, ${way} and crackers`
      try {
        const field = page.getByRole('textbox', { name: 'Your note' })
        await field.focus()
        await page.getByText('Tides slowed its spin.').waitFor()
        await context.setOffline(true)
        await page.getByText('What you write stays here').waitFor()
        await page.keyboard.press('Control+End')
        await page.keyboard.type(' and crackers')
        await leave(page)
        await expect.poll(() => status(page).textContent()).toContain('1 change waits')
        await page.goto(`${node.origin}/c/${ids['moon']}`)
        await page.getByText(words).waitFor()
        expect((await http.json('notes.get', { note: id })).text).toBe(`Cheese, ${way}`)
      } finally {
        await context.setOffline(false)
      }
      await expect.poll(async () => (await http.json('notes.get', { note: id })).text).toBe(words)
      await expect.poll(() => status(page).textContent()).not.toContain('Offline')
      expect(await page.getByText(words, { exact: true }).count()).toBe(1)
      await http.json('notes.delete', { note: id })
      await page.close()
    })

  it('sends by the browser’s background sync when no page is open', async () => {
    const page = await openHeld(context, node.origin, 2)
    await context.setOffline(true)
    await page.goto(`${node.origin}/c/${ids['moon']}`)
    await page.getByText('Tides slowed its spin.').waitFor()
    await noteOnFirst(page, 'Sent while nobody looks')
    await expect.poll(() => status(page).textContent()).toContain('1 change waits')
    await page.close()
    const other = await context.newPage()
    await context.setOffline(false)
    await other.goto(`${node.origin}/icon.svg`)
    const devtools = await context.newCDPSession(other)
    const registration = Promise.withResolvers<string>()
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [first] = registrations
      if (first) registration.resolve(first.registrationId)
    })
    await devtools.send('ServiceWorker.enable')
    const { origin } = node
    const registrationId = await registration.promise
    await devtools.send('ServiceWorker.dispatchSyncEvent', { origin, registrationId, tag: 'outbox', lastChance: false })
    await expect.poll(() => notesOn('moon')).toEqual(['Sent while nobody looks'])
    await other.close()
  })

  it('keeps a change that the node does not take, with the reason, and sends the others', async () => {
    const page = await openHeld(context, node.origin, 2)
    await context.setOffline(true)
    try {
      await page.goto(`${node.origin}/c/${ids['moon']}`)
      await page.getByText('Tides slowed its spin.').waitFor()
      // No event holds a tag of more than a hundred characters, but this browser sends what it was given.
      await tagFirst(page, 'x'.repeat(150), (field) => field.evaluate((input) => input.removeAttribute('maxlength')))
      await tagFirst(page, 'tides')
      await expect.poll(() => status(page).textContent()).toContain('2 changes wait')
    } finally {
      await context.setOffline(false)
    }
    await expect.poll(() => status(page).textContent()).toContain('1 change was not taken')
    await expect.poll(() => tagsOn('moon')).toEqual(['tides'])
    await page.goto(`${node.origin}/settings/offline`)
    await page.getByText('x'.repeat(150)).waitFor()
    await page.getByRole('button', { name: 'Discard' }).click()
    await expect.poll(() => status(page).textContent()).not.toContain('not taken')
    await page.close()
  })

  it('writes in two tabs, one chain', async () => {
    const [one, two] = [await openHeld(context, node.origin, 2), await openHeld(context, node.origin, 2)]
    await context.setOffline(true)
    try {
      for (const page of [one, two]) {
        await page.goto(`${node.origin}/c/${ids['moon']}`)
        await page.getByText('Tides slowed its spin.').waitFor()
      }
      await Promise.all([noteOnFirst(one, 'From the first tab'), noteOnFirst(two, 'From the second tab')])
      for (const page of [one, two]) {
        await page.getByText('From the first tab').waitFor()
        await page.getByText('From the second tab').waitFor()
        await expect.poll(() => status(page).textContent()).toContain('2 changes wait')
      }
    } finally {
      await context.setOffline(false)
    }
    const texts = async () =>
      (await http.json('notes.list', { target: ids['moon'] })).items.map(({ text }: { text: string }) => text).sort()
    await expect.poll(texts).toEqual(['From the first tab', 'From the second tab', 'Sent while nobody looks'])
    await Promise.all([one.close(), two.close()])
  })

  it('has a clock that is ahead, and is believed all the same', async () => {
    const page = await openHeld(context, node.origin, 2)
    await context.setOffline(true)
    try {
      await page.clock.setSystemTime(new Date(Date.now() + 3_600_000))
      await page.goto(`${node.origin}/c/${ids['moon']}`)
      await page.getByText('Tides slowed its spin.').waitFor()
      await tagFirst(page, 'tomorrow')
      await expect.poll(() => status(page).textContent()).toContain('1 change waits')
    } finally {
      await context.setOffline(false)
    }
    await expect.poll(() => tagsOn('moon')).toEqual(['tides', 'tomorrow'])
    await page.close()
  })

  it('holds nothing that the node answered outside its sealed store, and the page’s own files beside it', async () => {
    const page = await openHeld(context, node.origin, 2)
    const cached = await page.evaluate(async () => {
      const paths: string[] = []
      for (const name of await caches.keys())
        for (const { url } of await (await caches.open(name)).keys()) paths.push(new URL(url).pathname)
      return paths
    })
    expect(cached).toContain('/index.html')
    expect(cached.filter((path) => path.startsWith('/api') || path.startsWith('/artifact'))).toEqual([])
    await page.close()
  })
})

describe('a phone that was paired a moment ago', () => {
  it('holds conversations, signs what it writes away, and forgets all of it when it signs out', async () => {
    const own = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
    const page = await own.newPage()
    const { link, pairing } = await http.json('pairings.create')
    await page.goto(`${node.origin}${link}`)
    await page.getByRole('button', { name: 'Ask to be let in' }).click()
    await page.getByRole('heading', { name: 'Compare the numbers' }).waitFor()
    const waiting = (await http.json('pairings.list')).items.find((one: { pairing: string }) => one.pairing === pairing)
    await http.json('pairings.confirm', { pairing, fingerprint: waiting.device.fingerprint })
    await page.getByRole('navigation', { name: 'Places' }).waitFor()
    await page.close()

    const held = await openHeld(own, node.origin, 2)
    await own.setOffline(true)
    try {
      await held.goto(`${node.origin}/c/${ids['moon']}`)
      await held.getByText('Tides slowed its spin.').waitFor()
      await noteOnFirst(held, 'Signed by a pocket')
      await expect.poll(() => status(held).textContent()).toContain('1 change waits')
    } finally {
      await own.setOffline(false)
    }
    await expect.poll(() => notesOn('moon')).toContain('Signed by a pocket')

    await held.goto(`${node.origin}/settings/sessions`)
    await held.getByRole('button', { name: 'Sign out' }).first().click()
    await held.getByRole('alertdialog').getByRole('button').first().waitFor()
    await held.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click()
    await held.getByRole('heading', { name: 'You are signed out' }).waitFor()
    const left = () => held.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))
    await expect.poll(left).not.toContain('vivim-held')
    await own.close()
  })
})

describe('a phone whose node went back to an older copy of its store', () => {
  it('gives it what it had taken from the phone once more', async () => {
    const other = await newMachine()
    await other.done(['import', talksOf(machine)])
    const first = await other.serve()
    const { origin } = first
    const port = new URL(origin).port
    const own = await browser.newContext()
    await makeDevice(own, origin, await signIn(first.link))
    const page = await openHeld(own, origin, 2)
    const moon = (await other.done(['list', '--json']))
      .json()
      .items.find(({ title }: { title: string }) => title === 'About moon')
    await first.stop()
    await cp(other.data, join(other.folder, 'copy'), { recursive: true })

    // The node says something that the phone sees, and then the phone something that the node takes.
    const second = await serveAt(other, port)
    let admin = await signIn((await other.done(['link', '--json'])).json().link)
    await admin.json('tags.add', { target: moon.id, tag: 'lost' })
    await page.goto(`${origin}/c/${moon.id}`)
    await page
      .getByRole('list', { name: 'Tags' })
      .or(page.getByText('lost', { exact: true }))
      .first()
      .waitFor()
    await own.setOffline(true)
    await page.goto(`${origin}/c/${moon.id}`)
    await page.getByText('Tides slowed its spin.').waitFor()
    await noteOnFirst(page, 'Never lost')
    await expect.poll(() => status(page).textContent()).toContain('1 change waits')
    await own.setOffline(false)
    const texts = async () => (await admin.json('notes.list')).items.map(({ text }: { text: string }) => text)
    await expect.poll(texts).toEqual(['Never lost'])
    await second()
    // Until it was looked at: the page gives it back as soon as the node answers.
    await own.setOffline(true)

    await rm(other.data, { recursive: true })
    await rename(join(other.folder, 'copy'), other.data)
    const third = await serveAt(other, port)
    admin = await signIn((await other.done(['link', '--json'])).json().link)
    expect(await texts()).toEqual([])
    await own.setOffline(false)
    await expect.poll(texts).toEqual(['Never lost'])
    await own.close()
    await third()
    await other[Symbol.asyncDispose]()
  })
})

describe('a phone whose browser removed what was held', () => {
  it('says so, and fetches it again', async () => {
    const own = await browser.newContext()
    await makeDevice(own, node.origin, http)
    const page = await openHeld(own, node.origin, 2)
    await expect.poll(() => page.getByText('had removed').count()).toBe(0)
    await page.goto(`${node.origin}/icon.svg`)
    await page.evaluate(
      () =>
        new Promise((resolve) => {
          indexedDB.deleteDatabase('vivim-held').onsuccess = resolve
        }),
    )
    await page.goto(`${node.origin}/settings/offline`)
    await page.getByText('The browser had removed what was held here.').waitFor()
    await page.getByText('2 conversations', { exact: true }).waitFor()
    await own.close()
  })
})

describe('a phone that was thrown out while it was away', () => {
  it('shows once what it had not sent, and holds nothing afterwards', async () => {
    const own = await browser.newContext()
    const device = await makeDevice(own, node.origin, http)
    const page = await openHeld(own, node.origin, 2)
    await own.setOffline(true)
    await page.goto(`${node.origin}/c/${ids['moon']}`)
    await page.getByText('Tides slowed its spin.').waitFor()
    await noteOnFirst(page, 'Never sent')
    await expect.poll(() => status(page).textContent()).toContain('1 change waits')
    await http.json('devices.revoke', { device })
    await own.setOffline(false)
    await page.getByRole('heading', { name: 'What you wrote here and was not sent' }).waitFor()
    await page.getByText('Never sent').waitFor()
    const left = async () =>
      await page.evaluate(async () => ({
        databases: (await indexedDB.databases()).map(({ name }) => name).filter((name) => name === 'vivim-held'),
        caches: await caches.keys(),
        workers: (await navigator.serviceWorker.getRegistrations()).length,
      }))
    await expect.poll(left).toEqual({ databases: [], caches: [], workers: 0 })
    await page.reload()
    await expect.poll(() => page.getByText('Never sent').count()).toBe(0)
    expect(await notesOn('moon')).not.toContain('Never sent')
    await own.close()
  })
})
