/** The nodes that scenes play on, each started when the first scene asks for it. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { z } from 'zod'
import { systemRandom } from '../../node-core/adapters/clock.ts'
import { fromBase32 } from '../../node-core/contract/ids.ts'
import { privateKeyOf } from '../../node-core/crypto/ed25519.ts'
import { generatedExport } from '../bench/kit/exports.ts'
import { importInto } from '../bench/kit/importing.ts'
import { type Served, serve } from '../bench/kit/served.ts'
import { storedNode } from '../bench/kit/stored.ts'
import { launchChromium } from '../kit/chromium.ts'
import { makeDevice, noteOnFirst, openHeld, tagFirst } from '../kit/phone.ts'
import { type PlainHttp, signIn as programSignIn } from '../kit/plain-http.ts'
import { copyOf } from '../kit/remote-device.ts'
import { hardExport, shortExport } from './conversations.ts'
import { linkOf, signIn } from './sign-in.ts'

/**
 * `empty`: nothing in it; `one`: one conversation; `sample`: what is offered at the first run; `full`: 100,000 messages and
 * the hard talks; `spare`: one that a scene may stop or fill.
 */
export type NodeName = 'empty' | 'one' | 'sample' | 'full' | 'spare'

export interface Stage {
  readonly node: Served
  /** Signed in. */
  readonly context: BrowserContext
  /** A browser that knows nothing of the node. */
  stranger(): Promise<BrowserContext>
  /** One that is a device of the account and holds what it was given, the same each time. */
  phone(): Promise<BrowserContext>
  /** One whose key was in use twice, with two changes that wait, the same each time. */
  forked(): Promise<BrowserContext>
  /** The node as another program sees it, the same each time. */
  http(): Promise<PlainHttp>
  /** Ids of the hard talks, by title. */
  readonly talks: ReadonlyMap<string, string>
  /** Puts a file beside the node and imports it from there, the first time; answers the run's id, however it ended. */
  importText(name: string, text: string): Promise<string>
  /** Does something once, however often a scene is played. */
  once<T>(name: string, make: () => Promise<T>): Promise<T>
}

const summaries = z.object({ items: z.array(z.object({ id: z.string(), title: z.string().nullable() })) })
const runs = z.object({ items: z.array(z.object({ id: z.string(), state: z.string() })) })
const messages = 100_000
const longTalk = 2500
/** Conversations of the sample. */
const sampleTalks = 6

export interface Stages extends AsyncDisposable {
  get(name: NodeName): Promise<Stage>
}

/** Opens stages in one browser; disposing ends the nodes and removes what they held. */
export async function openStages(): Promise<Stages> {
  const folder = await mkdtemp(join(tmpdir(), 'vivim-screens-'))
  const browser = await launchChromium()
  const open = new Map<NodeName, Promise<Stage>>()

  const begin = async (name: NodeName): Promise<Stage> => {
    const home = join(folder, name)
    if (name === 'full') await cp((await storedNode(await generatedExport(messages, 1))).folder, home, { recursive: true })
    const node = await serve(home)
    const stranger = () => browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Lisbon' })
    const context = await stranger()
    await signIn(node, await context.newPage())
    const made = new Map<string, Promise<unknown>>()
    const once: Stage['once'] = <T>(key: string, make: () => Promise<T>) => {
      const found = (made.get(key) as Promise<T> | undefined) ?? make()
      made.set(key, found)
      return found
    }
    const importText = (file: string, text: string): Promise<string> =>
      once(file, async () => {
        const path = join(home, file)
        await writeFile(path, text)
        await importInto(node, path).catch(() => undefined) // a scene may want to show how an import fails
        const { items } = runs.parse(JSON.parse((await node.get('/api/v1/imports')).body.toString()))
        return items[0]?.id ?? ''
      })
    const http = () => once('http', async () => programSignIn(await linkOf(node)))
    const phone = () =>
      once('phone', async () => {
        const own = await stranger()
        await makeDevice(own, node.origin, await http())
        await (await openHeld(own, node.origin, sampleTalks)).close()
        return own
      })
    const forked = () =>
      once('forked', async () => {
        const own = await stranger()
        const client = await http()
        const seed = systemRandom(32)
        await makeDevice(own, node.origin, client, ['read', 'write'], seed)
        const { items } = await client.json('conversations.list')
        const page = await openHeld(own, node.origin, items.length)
        const away = async (work: () => Promise<void>) => {
          await own.setOffline(true)
          await page.goto(`${node.origin}/c/${items[0].id}`)
          await page.locator('article').first().waitFor()
          await work()
        }
        await away(() => tagFirst(page, 'first'))
        await own.setOffline(false)
        await page.locator('header [role=status]', { hasText: 'Offline' }).waitFor({ state: 'detached' })
        const copy = await copyOf(client, privateKeyOf(seed))
        await away(async () => {
          await tagFirst(page, 'second')
          await noteOnFirst(page, 'Written meanwhile')
        })
        copy.make('library.tagged', { target: { conversation: fromBase32(items[0].id) }, tag: 'copy', on: true })
        await copy.push(client)
        await own.setOffline(false)
        await page.getByRole('button', { name: 'Pair it again with a new key' }).waitFor()
        await page.close()
        return own
      })
    if (name === 'full') await importText('claude.json', hardExport(longTalk))
    if (name === 'one') await importText('claude.json', shortExport())
    if (name === 'sample') await addSample(node, await context.newPage())
    const source = name === 'sample' ? 'vivim' : 'claude'
    const { items } = summaries.parse(JSON.parse((await node.get(`/api/v1/conversations?source=${source}`)).body.toString()))
    return {
      node,
      context,
      stranger,
      phone,
      forked,
      http,
      importText,
      once,
      talks: new Map(items.map((item) => [item.title ?? '', item.id])),
    }
  }
  return {
    get(name) {
      const found = open.get(name) ?? begin(name)
      open.set(name, found)
      return found
    },
    async [Symbol.asyncDispose]() {
      for (const stage of open.values()) await (await stage).node.stop()
      await browser.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** As a person takes it in: it is made in the page. */
async function addSample(node: Served, page: Page): Promise<void> {
  await page.goto(`${node.origin}/import`)
  await page.getByRole('button', { name: 'Try it with a sample' }).click()
  await page.getByRole('button', { name: 'Remove the sample' }).waitFor()
  await page.close()
}
