/**
 * Security case 23: an unsigned, wrongly signed or downgraded update is refused, as is one that is cut off, changed, or
 * meant for others. The real updater against a server on loopback.
 */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type RequestOptions, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ElectronHttpExecutor } from 'electron-updater/out/electronHttpExecutor.js'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AppImage } from '../../main/updates/app-image.ts'
import { createEngine } from '../../main/updates/engine.ts'
import { type Release, releaseKey, signedPrefix } from '../../main/updates/release.ts'
import type { Engine } from '../../main/updates/updates.ts'

const folder = mkdtempSync(join(tmpdir(), 'vivim-engine-'))
const image = join(folder, 'VIVIM.AppImage')
const program = Buffer.alloc(300_000, 'new program ')
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const stranger = generateKeyPairSync('ed25519').privateKey
const key = releaseKey(Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64'))
const name = `VIVIM-2.0.0-${process.arch}.AppImage`
const release: Release = {
  channel: 'stable',
  system: 'linux',
  version: '2.0.0',
  notes: '',
  files: [{ name, arch: 'universal', sha512: createHash('sha512').update(program).digest('base64'), size: program.length }],
}
const signed = (change: Partial<Release> = {}, secret: KeyObject = privateKey): string => {
  const text = JSON.stringify({ ...release, ...change })
  return JSON.stringify({ release: text, signature: sign(null, Buffer.from(signedPrefix + text), secret).toString('base64') })
}

/** Electron's own loading, with Node's requests under it. */
class PlainExecutor extends ElectronHttpExecutor {
  override createRequest(options: RequestOptions, callback: (response: unknown) => void): never {
    return request(options, callback) as never
  }
}

/** What the server answers, by path. */
let answers: Record<string, (response: ServerResponse) => void>
let asked: { path: string; headers: string }[]
const server = createServer((incoming, response) => {
  asked.push({ path: incoming.url ?? '', headers: JSON.stringify(incoming.headers) })
  const answer = answers[incoming.url ?? '']
  if (answer) answer(response)
  else response.writeHead(404).end()
})
const serve = (content: string | Buffer) => (response: ServerResponse) => void response.end(content)
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

let engine: Engine
let home: string
beforeEach(() => {
  asked = []
  answers = { '/stable-linux.json': serve(signed()), [`/${name}`]: serve(program) }
  home = mkdtempSync(join(folder, 'home-'))
  writeFileSync(image, 'old program')
  writeFileSync(join(home, 'app-update.yml'), 'updaterCacheDirName: vivim-updater\n')
  const updater = new AppImage(image, {
    version: '1.0.0',
    name: 'vivim',
    isPackaged: true,
    appUpdateConfigPath: join(home, 'app-update.yml'),
    userDataPath: home,
    baseCachePath: join(home, 'cache'),
    whenReady: () => Promise.resolve(),
    relaunch: () => undefined,
    quit: () => undefined,
    onQuit: () => undefined,
  })
  mkdirSync(join(home, 'cache'))
  process.env['APPIMAGE'] = image
  Reflect.set(updater, 'httpExecutor', new PlainExecutor())
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  engine = createEngine({
    url,
    key,
    installation: { version: '1.0.0', system: 'linux', arch: process.arch },
    read: async (address) => {
      const answer = await fetch(address)
      if (!answer.ok) throw new Error(`answered ${answer.status}`)
      return await answer.text()
    },
    updater,
    install: () => void updater.install(true, false),
  })
})

const update = async () => {
  const offer = await engine.find('stable')
  if (offer) await engine.load(offer, () => undefined)
  engine.install({ start: false, hidden: false })
}
/** Nothing of an update is left where the app is, nor anything that could be taken for one. */
const untouched = () => {
  expect(readFileSync(image, 'utf8')).toBe('old program')
  expect(readdirSync(folder).filter((one) => one.endsWith('.new'))).toEqual([])
}

describe('the updater', () => {
  it('loads the signed file, tells how far it is, and puts it in the app’s place', async () => {
    const offer = await engine.find('stable')
    if (!offer) throw new Error('nothing was offered')
    const shares: number[] = []
    await engine.load(offer, (share) => void shares.push(share))
    expect(readFileSync(image, 'utf8')).toBe('old program')
    engine.install({ start: false, hidden: false })
    expect(readFileSync(image).equals(program)).toBe(true)
    if (process.platform !== 'win32') expect(statSync(image).mode & 0o777).toBe(0o755)
    expect(shares.every((share) => share > 0 && share <= 1)).toBe(true)
    expect(asked.map(({ path }) => path)).toEqual(['/stable-linux.json', `/${name}`])
  })

  it('tells the server nothing of who asks', async () => {
    await update()
    expect(asked.map(({ headers }) => headers).join()).not.toMatch(/staging|cookie|authorization|1\.0\.0/i)
  })

  it.each([
    ['unsigned', () => JSON.stringify(release)],
    ['signed by somebody else', () => signed({}, stranger)],
    ['of another channel', () => signed({ channel: 'beta' })],
    ['of another system', () => signed({ system: 'darwin' })],
    ['leading elsewhere', () => signed({ files: [{ ...release.files[0], name: '../../evil' } as Release['files'][0]] })],
    ['cut off', () => signed().slice(0, 100)],
  ])('refuses a release that is %s, before any file is loaded', async (_, text) => {
    answers['/stable-linux.json'] = serve(text())
    await expect(update()).rejects.toMatchObject({ why: 'untrusted' })
    expect(asked).toHaveLength(1)
    untouched()
  })

  it.each(['1.0.0', '0.9.9', '1.0.0-beta.1'])('takes no release that is not newer: %s', async (version) => {
    answers['/stable-linux.json'] = serve(signed(version.includes('-') ? { version, channel: 'beta' } : { version }))
    if (version.includes('-')) answers['/beta-linux.json'] = serve(signed({ version, channel: 'beta' }))
    expect(await engine.find(version.includes('-') ? 'beta' : 'stable')).toBeUndefined()
    engine.install({ start: false, hidden: false })
    untouched()
  })

  it.each([
    ['has other bytes', Buffer.alloc(program.length, 'evil program')],
    ['is cut off', program.subarray(0, 200_000)],
    ['is longer', Buffer.concat([program, Buffer.alloc(5_000_000)])],
    ['is empty', Buffer.alloc(0)],
  ])('refuses a file that %s', async (_, content) => {
    answers[`/${name}`] = serve(content)
    await expect(update()).rejects.toMatchObject({ why: 'damaged' })
    engine.install({ start: false, hidden: false })
    untouched()
  })

  it('is told where there is no answer, and takes a good one the next time', async () => {
    delete answers[`/${name}`]
    await expect(update()).rejects.toMatchObject({ why: 'unreachable' })
    delete answers['/stable-linux.json']
    await expect(update()).rejects.toMatchObject({ why: 'unreachable' })
    untouched()
    answers = { '/stable-linux.json': serve(signed()), [`/${name}`]: serve(program) }
    await update()
    expect(readFileSync(image).equals(program)).toBe(true)
  })
})
