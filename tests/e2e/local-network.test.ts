/**
 * The door that a phone can use: a node in a network of its own, and a browser on another machine of it. The root
 * certificate is installed there as a person would; then the page is a secure context, with all that browsers keep for those.
 */
import { spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { socketClient } from '../../node-core/bin/client/socket.ts'
import { axeFindings } from '../kit/axe.ts'
import { chromiumMissing, launchChromiumAt } from '../kit/chromium.ts'
import { addresses, type Network, networkMissing, newNetwork } from '../kit/network.ts'
import { followNode, openPairing, patient } from '../kit/paired-nodes.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'
import { socketOf } from '../kit/socket-of.ts'

let network: Network
let machine: Machine
let node: Serving
let folder: string
let phone: Browser
let port: string
beforeAll(async () => {
  if ((await chromiumMissing()) || networkMissing()) return
  network = newNetwork()
  machine = await newMachine({ place: (line) => network.at('node', line) })
  folder = await mkdtemp(join(tmpdir(), 'vivim-phone-'))
  await machine.done(['tls', 'setup', '--yes'])
  node = await machine.serve()
  port = new URL(node.origin).port
  phone = await launchChromiumAt(folder, (line) => network.at('phone', line))
})
afterAll(async () => {
  await phone?.close()
  await machine?.[Symbol.asyncDispose]()
  network?.[Symbol.dispose]()
  if (folder) await rm(folder, { recursive: true, force: true })
})
beforeEach(async (test) => {
  await requires(test, 'chromium')
  await requires(test, 'network')
})

const plain = () => `http://${addresses.node}:${port}`
const secure = () => `https://${addresses.node}:${port}`
/** What a program on the phone is answered without encryption. */
function statusOf(method: string, path: string): number {
  const asks = `fetch(${JSON.stringify(plain() + path)}, { method: '${method}' }).then(({ status }) => console.log(status))`
  const [command = '', ...words] = network.at('phone', [process.execPath, '-e', asks])
  return Number(spawnSync(command, words, { encoding: 'utf8' }).stdout)
}
const opened = async (url: string): Promise<Page> => {
  const page = await (await phone.newContext({ locale: 'en', viewport: { width: 390, height: 844 } })).newPage()
  for (;;) {
    try {
      await page.goto(url)
      return page
    } catch (error) {
      // a browser that sees its machine's network for the first time drops what it was loading: a person loads it again
      if (!String(error).includes('ERR_NETWORK_CHANGED')) throw error
    }
  }
}

describe('a node in the local network', () => {
  it('says where phones find it, with the fingerprint of its root', async () => {
    const said = (await machine.done(['tls', 'status', '--json'])).json()
    expect(said.addresses[0]).toBe(secure())
    expect(said.certificate).toEqual({ page: plain(), fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/) })
    expect(node.output()).toContain(`In your network: ${secure()}`)
  })

  it('gives a phone without encryption the certificate and the way to install it, and nothing else', async () => {
    await expect(opened(secure())).rejects.toThrow(/ERR_CERT_AUTHORITY_INVALID/)
    const page = await opened(plain())
    expect(await axeFindings(page)).toEqual([])
    const { fingerprint } = (await machine.done(['tls', 'status', '--json'])).json().certificate
    await page.getByText(fingerprint).waitFor()
    expect(await page.getByRole('link', { name: 'open your node' }).getAttribute('href')).toBe(`${secure()}/`)
    expect(await page.evaluate(() => window.isSecureContext)).toBe(false)
    for (const path of ['/index.html', '/api/v1/openapi.json', '/healthz', '/settings'])
      expect(statusOf('GET', path), path).toBe(404)
    expect(statusOf('POST', '/api/v1/auth/link')).toBe(405)

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Get the certificate' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('vivim-root.crt')
    const root = join(folder, 'root.crt')
    await download.saveAs(root)
    const store = join(folder, '.pki', 'nssdb')
    await mkdir(store, { recursive: true })
    const certutil = (...args: string[]) => {
      const ran = spawnSync('certutil', ['-d', `sql:${store}`, ...args], { encoding: 'utf8' })
      if (ran.status !== 0) throw new Error(ran.stderr)
      return ran.stdout
    }
    certutil('-N', '--empty-password')
    certutil('-A', '-t', 'C,,', '-n', 'vivim', '-i', root)
    const installed = new X509Certificate(certutil('-L', '-n', 'vivim', '-a'))
    expect(installed.fingerprint256).toBe(fingerprint)
    await page.context().close()
  })

  it('is then a secure context, in which keys are kept, workers run, and the phone is paired', async () => {
    await phone.close()
    phone = await launchChromiumAt(folder, (line) => network.at('phone', line))
    const { link } = (await machine.done(['pair', '--json'])).json()
    expect(link.startsWith(`${secure()}/#pair=`)).toBe(true)
    const page = await opened(link)
    expect(await page.evaluate(() => [window.isSecureContext, 'serviceWorker' in navigator, 'locks' in navigator])).toEqual([
      true,
      true,
      true,
    ])
    await page.getByLabel('What this device is called').fill('Phone in the kitchen')
    await page.getByRole('button', { name: 'Ask to be let in' }).click()
    await page.getByRole('heading', { name: 'Compare the numbers' }).waitFor()
    const number = await page.locator('output').textContent()

    // The desktop confirms on its own machine, where the address is as it always was.
    const home = join(folder, 'desktop')
    await mkdir(home)
    const desktop = await launchChromiumAt(home, (line) => network.at('node', line))
    const own = await (await desktop.newContext({ locale: 'en' })).newPage()
    await own.goto(node.link)
    await own.getByRole('navigation', { name: 'Places' }).waitFor()
    await own.goto(`${node.origin}/settings/devices`)
    await own.getByRole('button', { name: 'Compare the numbers' }).click()
    expect(await own.getByRole('dialog').locator('output').textContent()).toBe(number)
    await own.getByRole('button', { name: 'It is the same: let it in' }).click()
    await page.getByRole('navigation', { name: 'Places' }).waitFor()
    await page.reload()
    await page.getByRole('navigation', { name: 'Places' }).waitFor()

    // The dialog leads to the certificate, too.
    await own.getByRole('button', { name: 'Done' }).click()
    await own.getByRole('button', { name: 'Pair a device' }).click()
    await own.getByText('The phone warns of the certificate').click()
    await own.getByRole('dialog').getByText(plain(), { exact: true }).waitFor()
    await desktop.close()
    await page.context().close()
  })

  it('is followed by a node on another machine, once the fingerprint of its root was compared', async () => {
    await using other = await newMachine({ place: (line) => network.at('phone', line) })
    const { fingerprint } = (await machine.done(['tls', 'status', '--json'])).json().certificate
    const refused = await other.vivim(['device', 'add-node', (await openPairing(machine, secure())).link])
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(fingerprint)])
    // without encryption it is told nothing at all
    const open = await other.vivim(['device', 'add-node', (await openPairing(machine, plain())).link])
    expect(open.code).toBe(1)
    await followNode(other, machine, secure(), ['--authority', fingerprint])
    await using _running = await other.serve()
    const [here, there] = [other, machine].map((one) => socketClient(socketOf(one), undefined))
    const stateOf = async () => (await here?.call('nodes.list', {}))?.items.map(({ url, state }) => [url, state])
    await expect.poll(stateOf, patient).toEqual([[secure(), 'live']])
    await here?.call('notes.create', { text: 'from the other machine' })
    const notes = async () => (await there?.call('notes.list', {}))?.items.map(({ text }) => text)
    await expect.poll(notes, patient).toContain('from the other machine')
  })

  it('keeps its root over a restart, and closes again when it is told to', async () => {
    const before = (await machine.done(['tls', 'status', '--json'])).json().certificate.fingerprint
    await node.stop()
    node = await machine.serve(['--port', port])
    expect((await machine.done(['tls', 'status', '--json'])).json().certificate.fingerprint).toBe(before)
    const page = await opened(secure())
    await page
      .getByRole('navigation', { name: 'Places' })
      .or(page.getByRole('heading', { name: 'Sign in to your node' }))
      .waitFor()
    await page.context().close()
    await node.stop()
    await machine.done(['tls', 'off'])
    node = await machine.serve(['--port', port])
    await expect(opened(plain())).rejects.toThrow(/ERR_CONNECTION_REFUSED/)
  })
})
