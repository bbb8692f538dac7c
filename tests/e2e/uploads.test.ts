/** Uploads as a page makes them, in a real browser on the built node: with progress, several at once, and whole folders. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { chromiumMissing, launchChromium } from '../kit/chromium.ts'
import { openPath } from '../kit/exports.ts'
import { importEnds, type PlainHttp, signIn } from '../kit/plain-http.ts'
import { requires } from '../kit/requires.ts'
import { type ServedNode, serveNode } from '../kit/served-node.ts'
import { writeExport } from '../kit/written-exports.ts'

let node: ServedNode
let browser: Browser
let http: PlainHttp
let page: Page
let folder: string
beforeAll(async () => {
  if (await chromiumMissing()) return
  folder = await mkdtemp(join(tmpdir(), 'vivim-uploads-'))
  node = await serveNode()
  http = await signIn(node.link)
  browser = await launchChromium()
  page = await browser.newPage()
  await page.goto(`${node.origin}/`)
})
afterAll(async () => {
  await browser?.close()
  await node?.[Symbol.asyncDispose]()
  if (folder) await rm(folder, { recursive: true, force: true })
})
beforeEach((test) => requires(test, 'chromium'))

interface Sent {
  status: number
  answer: { id: string; name: string; code?: string }
  /** Bytes, as the browser told them. */
  progress: { loaded: number; total: number }[]
}
/** One request of the page: a file alone as the body, or several with their paths as a form. */
const send = (address: string, files: { path: string; base64: string }[], form: boolean): Promise<Sent> =>
  page.evaluate(
    async ({ address, files, form, token }) => {
      const made = files.map(({ path, base64 }) => ({
        path,
        file: new File([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], path.split('/').at(-1) ?? ''),
      }))
      const body = new FormData()
      for (const { path, file } of made) body.append('files', file, path)
      const request = new XMLHttpRequest()
      request.open('POST', address)
      request.setRequestHeader('authorization', `Bearer ${token}`)
      const progress: { loaded: number; total: number }[] = []
      request.upload.onprogress = ({ loaded, total }) => void progress.push({ loaded, total })
      await new Promise((resolve) => {
        request.onloadend = resolve
        request.send(form ? body : made[0]?.file)
      })
      return { status: request.status, answer: JSON.parse(request.responseText || '{}'), progress }
    },
    { address, files, form, token: http.token },
  )
const filesOf = async (path: string, top: string) =>
  Promise.all(
    (await openPath(path, '')).map(async (file) => ({
      path: `${top}/${file.path}`,
      base64: Buffer.from(await file.bytes(2 ** 30)).toString('base64'),
    })),
  )

describe('a page', () => {
  it('uploads several files at once, and sees how far each is', async () => {
    const written = [1, 2, 3].map((seed) => writeExport(folder, 'chatgpt', { seed, conversations: 20 }))
    const sent = await Promise.all(
      written.map(async ({ path }, n) =>
        send(`/api/v1/imports?name=export-${n}.zip`, [{ path, base64: (await readFile(path)).toString('base64') }], false),
      ),
    )
    for (const [n, { status, answer, progress }] of sent.entries()) {
      expect({ status, name: answer.name }).toEqual({ status: 200, name: `export-${n}.zip` })
      expect(progress.at(-1)).toMatchObject({ loaded: progress.at(-1)?.total })
      const { report } = await importEnds(http, answer.id)
      expect(report.conversations.imported).toBe(written[n]?.truth.conversations)
    }
  })

  it.each(['claude-code', 'codex', 'chatgpt', 'claude', 'jan', 'gemini', 'lmstudio', 'lechat'] as const)(
    'imports a folder of %s as one import',
    async (format) => {
      const { path, truth } = writeExport(folder, format, { seed: 7, conversations: 12 })
      const files = await filesOf(path, 'chosen')
      expect(files.length).toBeGreaterThan(1)
      const { status, answer, progress } = await send('/api/v1/imports/files?name=chosen', files, true)
      expect({ status, name: answer.name }).toEqual({ status: 200, name: 'chosen' })
      expect(progress.at(-1)?.loaded).toBe(progress.at(-1)?.total)
      const { report } = await importEnds(http, answer.id)
      expect(report).toMatchObject({ state: 'done', conversations: { unreadableTotal: truth.unreadableConversations } })
      if (truth.conversations !== undefined) expect(report.conversations.imported).toBe(truth.conversations)
      expect(report.messages.total).toBe(truth.messages)
    },
  )

  it('is told which name is bad, and nothing of the folder is kept', async () => {
    const before = (await http.json('imports.list')).items.length
    const { path } = writeExport(folder, 'codex', { seed: 8, conversations: 3 })
    const bad = { path: 'chosen\\..\\up.jsonl', base64: '' }
    const { status, answer } = await send('/api/v1/imports/files?name=chosen', [...(await filesOf(path, 'chosen')), bad], true)
    expect({ status, code: answer.code }).toEqual({ status: 422, code: 'import-unsafe-name' })
    expect((await http.json('imports.list')).items).toHaveLength(before)
    expect((await http.json('storage.get')).staging).toBe(0)
  })
})
