/** Folders that the node imports from by itself, as people use them: the command line, and the node over restarts. */
import { appendFile, mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFindings } from '../kit/axe.ts'
import { launchChromium } from '../kit/chromium.ts'
import { session, turn } from '../kit/folders.ts'
import { signIn } from '../kit/plain-http.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'

let machine: Machine
let node: Serving
let project: string
beforeAll(async () => {
  machine = await newMachine()
  project = join(machine.folder, 'home', '.claude', 'projects', '-home-ada-loom')
  await mkdir(project, { recursive: true })
  await mkdir(join(machine.folder, 'home', 'Downloads'))
  await writeFile(join(project, 's1.jsonl'), session('s1', 'Warp the loom'))
  await rested('s1.jsonl')
  node = await machine.serve()
})
afterAll(async () => {
  await node?.stop()
  await machine?.[Symbol.asyncDispose]()
})
const json = async (...args: string[]) => (await machine.done([...args, '--json'])).json()
/** Says of a session that nobody has written it for an hour: else it is looked at twice, with seconds between. */
const rested = (name: string) => utimes(join(project, name), Date.now() / 1000 - 3600, Date.now() / 1000 - 3600)
/** Asks again until it is so; the test's own time ends it. */
async function until<T>(ask: () => Promise<T>, met: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (met(answer)) return answer
  }
}
const titles = async () => (await json('list')).items.map(({ title }: { title: string }) => title).sort()

describe('a watched folder', () => {
  it('is offered, and off until it is switched on', async () => {
    const { items, suggestions } = await json('watch')
    expect(items).toEqual([])
    expect(suggestions).toMatchObject([
      { program: 'claude-code', files: 1, watched: false },
      { program: 'downloads', files: 0, watched: false },
    ])
    expect(await titles()).toEqual([])
  })

  it('brings what is there, what comes and what grows, and can be taken back', async () => {
    expect(await json('watch', 'add', 'claude-code')).toMatchObject({ path: join(project, '..'), kind: 'sessions' })
    expect(await until(titles, (now) => now.length === 1)).toEqual(['Warp the loom'])
    await writeFile(join(project, 's2.jsonl'), session('s2', 'Weft and shed'))
    await rested('s2.jsonl')
    await until(titles, (now) => now.length === 2)
    const { items } = await json('imports')
    expect(items).toMatchObject([
      { name: 's2.jsonl', watched: true, format: 'claude-code' },
      { name: 's1.jsonl', watched: true, format: 'claude-code' },
    ])
    await machine.done(['imports', 'undo', items[0].id])
    expect(await titles()).toEqual(['Warp the loom'])
    expect((await machine.done(['watch'])).stdout).toMatch(/^(watching|importing) +\S+projects {2}\(2 sessions\)\n/)
  })

  it('goes on over a restart, and ends when it is switched off', async () => {
    await node.stop()
    await appendFile(join(project, 's1.jsonl'), turn('s1', 2, 'And the selvedge?'))
    await rested('s1.jsonl')
    node = await machine.serve()
    const messages = async () => (await json('list')).items[0].messages
    await until(messages, (count) => count === 4)
    expect((await json('imports')).items).toHaveLength(3)
    await machine.done(['watch', 'remove', 'claude-code'])
    expect((await json('watch')).items).toEqual([])
  })

  it('is switched on and off on the page', async (test) => {
    await requires(test, 'chromium')
    const browser = await launchChromium()
    try {
      const page = await browser.newPage()
      await page.goto((await json('link')).link)
      await page.getByRole('link', { name: 'Import' }).first().click()
      const offer = page.getByRole('region', { name: 'Import by itself' })
      await offer.getByRole('listitem').filter({ hasText: '2 sessions' }).waitFor()
      await offer.getByRole('button', { name: 'Watch: Downloads' }).waitFor()
      expect(await axeFindings(page)).toEqual([])
      await offer.getByRole('button', { name: 'Import and watch: Claude Code' }).click()
      await offer.getByText('Watching', { exact: true }).waitFor()
      expect((await json('watch')).items).toMatchObject([{ path: join(project, '..'), kind: 'sessions' }])
      await offer.getByRole('button', { name: 'Stop watching: Claude Code' }).click()
      await offer.getByRole('button', { name: 'Import and watch: Claude Code' }).waitFor()
      await offer.getByText('Another folder').click()
      await offer.getByRole('textbox').fill('/no/such/folder')
      await offer.getByRole('button', { name: 'Watch', exact: true }).click()
      await offer.getByRole('alert').waitFor()
    } finally {
      await browser.close()
    }
  })

  it('is no folder of the node’s own, no whole disk, and chosen by the node’s owner alone where it holds several accounts', async () => {
    for (const folder of [machine.data, '/', machine.folder])
      expect(await machine.vivim(['watch', 'add', folder])).toMatchObject({ code: 2 })
    const page = await signIn((await machine.done(['link', '--json'])).json().link)
    const input = { path: project, kind: 'sessions' }
    expect((await page.json('watching.set', input)).path).toBe(project)
    await machine.done(['account', 'new', '--json', '--name', 'B'])
    for (const [method, more] of [
      ['watching.set', input],
      ['watching.list', {}],
      ['watching.suggest', {}],
      ['watching.remove', { path: project }],
    ] as const)
      expect((await page.ask(method, more)).status).toBe(403)
  })
})
