/**
 * Case 27, artifacts: a page that a model wrote is shown in a frame. Nothing leaves it, whatever it tries, and nothing of
 * the interface can be read from it. Listeners on this machine stand for the rest of the world.
 */
import { createSocket, type Socket } from 'node:dgram'
import { createServer, type Server } from 'node:net'
import type { Browser, Frame, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { chromiumMissing, launchChromium } from '../kit/chromium.ts'
import { requires } from '../kit/requires.ts'
import { type ServedNode, serveNode } from '../kit/served-node.ts'

let node: ServedNode
let browser: Browser
let tcp: Server
let udp: Socket
/** What reached the listeners, and what the person would see of it. */
let arrived: string[] = []
let world: { http: string; host: string; stun: string; turn: string }

beforeAll(async () => {
  if (await chromiumMissing()) return
  node = await serveNode()
  browser = await launchChromium()
  tcp = createServer((socket) => {
    arrived.push('a connection')
    socket.on('error', () => {}).on('data', () => socket.destroy())
  })
  await new Promise<void>((done) => tcp.listen(0, '127.0.0.1', done))
  const address = tcp.address()
  const port = typeof address === 'object' ? address?.port : undefined
  udp = createSocket('udp4').on('message', () => arrived.push('a datagram'))
  await new Promise<void>((done) => udp.bind(0, '127.0.0.1', done))
  const host = `127.0.0.1:${port}`
  world = { http: `http://${host}`, host, stun: `stun:127.0.0.1:${udp.address().port}`, turn: `turn:${host}?transport=tcp` }
})
afterAll(async () => {
  await browser?.close()
  tcp?.close()
  udp?.close()
  await node?.[Symbol.asyncDispose]()
})
beforeEach((test) => requires(test, 'chromium'))

/** Shows `text` as the page does, and waits until the frame says “done” (or, where nothing in it runs, has shown it). */
async function show(kind: 'live' | 'still', text: string): Promise<{ page: Page; frame: Frame; said: string[] }> {
  arrived = []
  const page = await browser.newPage()
  page.on('dialog', (dialog) => {
    arrived.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('popup', () => arrived.push('a window'))
  page.on('download', () => arrived.push('a download'))
  await page.goto(node.origin)
  await page.evaluate(
    async ([address, markup]) => {
      document.title = 'the secret title'
      const said: string[] = []
      Object.assign(window, { said, secret: 'of the library' })
      const done = new Promise<void>((resolve) =>
        addEventListener('message', ({ data }) => {
          said.push(String(data))
          if (data === 'done') resolve()
        }),
      )
      const frame = document.createElement('iframe')
      frame.setAttribute('sandbox', 'allow-scripts')
      frame.src = address
      await new Promise((resolve) => {
        frame.addEventListener('load', resolve, { once: true })
        document.body.append(frame)
      })
      const { port1, port2 } = new MessageChannel()
      port1.postMessage(markup)
      frame.contentWindow?.postMessage('begin', '*', [port2])
      if (address.includes('live')) await done
    },
    [`/artifact-${kind}.html`, text] as const,
  )
  const frame = page.frames()[1]
  if (!frame) throw new Error('The frame is not there.')
  return { page, frame, said: await page.evaluate(() => (window as unknown as { said: string[] }).said) }
}

/** Waits until the browser has had time for whatever it was told to do: a second page of the same browser loads twice. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) {
    const other = await browser.newPage()
    await other.goto(`${node.origin}/help`)
    await other.locator('h1').waitFor()
    await other.close()
  }
}

/** A page whose script is `body`, in an async function with `tell` and `world`; says “done” at its end. */
const program = (body: string): string => `<!doctype html><body><main id="shown">here</main><script>
  const world = ${JSON.stringify(world)}
  const tell = (what) => parent.postMessage(what, '*')
  const never = () => new Promise((_, reject) => setTimeout(reject, 1000))
  const attempt = async (name, work) => { try { tell(name + ': ' + (await Promise.race([work(), never()]))) } catch { tell(name + ' refused') } }
  ;(async () => { ${body}; tell('done') })()
</script>`

const everyWayOut = `
  await attempt('fetch', () => fetch(world.http, { mode: 'no-cors' }))
  await attempt('fetch of the node', () => fetch('/api/v1/account'))
  await attempt('later', () => fetchLater(world.http).activated ? 'sent' : Promise.reject())
  await attempt('xhr', () => new Promise((resolve, reject) => { const x = new XMLHttpRequest(); x.onload = resolve; x.onerror = reject; x.open('GET', world.http); x.send() }))
  await attempt('beacon', () => navigator.sendBeacon(world.http, 'x') ? Promise.reject() : Promise.reject())
  await attempt('socket', () => new Promise((resolve, reject) => { const s = new WebSocket('ws://' + world.host); s.onopen = resolve; s.onerror = reject }))
  await attempt('events', () => new Promise((resolve, reject) => { const s = new EventSource(world.http); s.onopen = resolve; s.onerror = reject }))
  await attempt('import', () => import(world.http + '/a.js'))
  await attempt('worker', () => new Promise((resolve, reject) => { const w = new Worker(URL.createObjectURL(new Blob(['postMessage(1)']))); w.onmessage = resolve; w.onerror = reject }))
  await attempt('service worker', () => navigator.serviceWorker.register('/sw.js'))
  await attempt('window', () => window.open(world.http) ? 'open' : Promise.reject())
  await attempt('storage access', () => document.requestStorageAccess())
  const add = (markup) => document.body.insertAdjacentHTML('beforeend', markup)
  const put = (name, fields) => document.head.append(Object.assign(document.createElement(name), fields))
  for (const rel of ['stylesheet', 'prefetch', 'preload', 'modulepreload', 'preconnect', 'dns-prefetch', 'prerender', 'manifest', 'icon'])
    put('link', { rel, href: world.http + '/' + rel, as: 'image' })
  put('script', { src: world.http + '/s.js' })
  put('script', { type: 'importmap', textContent: JSON.stringify({ imports: { a: world.http + '/m.js' } }) })
  put('script', { type: 'speculationrules', textContent: JSON.stringify({ prefetch: [{ urls: [world.http + '/p'], eagerness: 'immediate' }] }) })
  put('script', { type: 'module', textContent: 'import "' + world.http + '/m.js"' })
  put('style', { textContent: '@import "' + world.http + '/i.css"; @font-face { font-family: f; src: url(' + world.http + '/f) } body { font-family: f; background: url(' + world.http + '/b) }' })
  add('<img src="' + world.http + '/i"><img srcset="' + world.http + '/s 2x"><video src="' + world.http + '/v" poster="' + world.http + '/p"></video><audio src="' + world.http + '/a" autoplay></audio>')
  add('<object data="' + world.http + '/o"></object><embed src="' + world.http + '/e"><iframe src="' + world.http + '/f"></iframe><iframe src="' + ORIGIN + '/"></iframe>')
  add('<svg><image href="' + world.http + '/i"/><use href="' + world.http + '/u#x"/><script href="' + world.http + '/s"></scr' + 'ipt></svg>')
  add('<form id="f" action="' + world.http + '/f" target="_top"><button>go</button></form><a id="a" href="' + world.http + '/a" ping="' + world.http + '/p" target="_blank">a</a><a id="d" download href="data:,x">d</a>')
  document.getElementById('f').submit()
  document.getElementById('a').click()
  document.getElementById('d').click()
  alert(1)
  print()
`
const meet = `(peer) => { peer.createDataChannel('x'); return peer.createOffer().then((offer) => peer.setLocalDescription(offer)) }`
const servers = `{ iceServers: [{ urls: world.stun }, { urls: world.turn, username: 'secret', credential: 'x' }] }`

describe('an artifact that runs', () => {
  it('reaches nothing', async () => {
    const { page, said } = await show('live', program(everyWayOut.replaceAll('ORIGIN', JSON.stringify(node.origin))))
    await settled()
    expect(arrived).toEqual([])
    expect(said.filter((line) => line !== 'done' && !line.endsWith(' refused'))).toEqual([])
    await page.close()
  })

  it.each([
    ['itself', `location.href = world.http`],
    ['itself, by a program', `location.href = 'javascript:fetch("' + world.http + '")'`],
    ['itself, to a page of its own', `location.href = 'data:text/html,<script>fetch("' + world.http + '")</scr' + 'ipt>'`],
    [
      'itself, later',
      `document.head.insertAdjacentHTML('beforeend', '<meta http-equiv="refresh" content="0;url=' + world.http + '">')`,
    ],
    ['the window', `try { top.location.href = world.http } catch {} try { parent.location = 'javascript:alert(1)' } catch {}`],
    ['the history', `try { parent.history.back() } catch {} history.back()`],
  ])('leads %s nowhere', async (_, way) => {
    const { page } = await show('live', program(`tell('done'); ${way}`))
    await settled()
    expect(arrived).toEqual([])
    expect(page.url()).toBe(`${node.origin}/`)
    expect(await page.evaluate(() => (window as unknown as { secret: string }).secret)).toBe('of the library')
    await page.close()
  })

  it('meets no peer, in its own frame or in those that it nests', async () => {
    const nested = `const world = \${JSON.stringify(world)}; (${meet})(new RTCPeerConnection(${servers}))`
    const { page } = await show(
      'live',
      program(`
        const frame = (fields) => document.body.append(Object.assign(document.createElement('iframe'), fields))
        await attempt('peer', () => (${meet})(new RTCPeerConnection(${servers})))
        await attempt('the blank frame’s peer', () => { frame({}); return (${meet})(new frames[0].RTCPeerConnection(${servers})) })
        tell('done')
        const nested = \`${nested}\`
        frame({ srcdoc: '<script>' + nested + '</scr' + 'ipt>' })
        frame({ src: 'javascript:' + encodeURIComponent(nested) })
        const hidden = document.createElement('div')
        document.body.append(hidden)
        hidden.attachShadow({ mode: 'closed' }).innerHTML = '<iframe srcdoc="' + ('<script>' + nested + '</scr' + 'ipt>').replaceAll('"', '&quot;') + '"></iframe>'
      `),
    )
    await settled()
    expect(arrived).toEqual([])
    await page.close()
  })

  it('reads nothing of the page', async () => {
    const { page, said } = await show(
      'live',
      program(`
        await attempt('parent', () => parent.secret)
        await attempt('title', () => parent.document.title)
        await attempt('top', () => top.document.body.innerHTML)
        await attempt('storage', () => localStorage.length)
        await attempt('session', () => sessionStorage.length)
        await attempt('databases', () => new Promise((resolve, reject) => { const r = indexedDB.open('vivim'); r.onsuccess = resolve; r.onerror = reject }))
        await attempt('cookies', () => document.cookie)
        await attempt('caches', () => caches.keys())
        await attempt('element', () => frameElement.ownerDocument.title || Promise.reject())
        await attempt('clipboard', () => navigator.clipboard.readText())
        await attempt('where', () => document.referrer || location.ancestorOrigins.length > 9 || Promise.reject())
        tell('origin ' + origin)
      `),
    )
    expect(said.filter((line) => !line.endsWith(' refused'))).toEqual(['origin null', 'done'])
    await page.close()
  })

  it('works as its writer meant it, and cannot drown the page in messages', async () => {
    const { page, frame } = await show(
      'live',
      `<!doctype html><body><button onclick="document.querySelector('output').value = count++">n</button><output></output>
       <script>let count = 1; const live = 'a name of its own'; addEventListener('DOMContentLoaded', () => { for (let n = 0; n < 20000; n++) parent.postMessage(n, '*'); parent.postMessage('done', '*') })</script>`,
    )
    await frame.locator('button').click()
    await frame.locator('output', { hasText: '1' }).waitFor()
    expect(await page.evaluate(() => 1 + 1)).toBe(2)
    await page.close()
  })
})

describe('an artifact that is only shown', () => {
  it('runs nothing and reaches nothing', async () => {
    const { page, frame, said } = await show(
      'still',
      `${program(`tell('ran')`)}<p id="last">last</p>
       <img src="${world.http}/i" onerror="parent.postMessage('ran', '*')"><svg onload="parent.postMessage('ran', '*')"><set onbegin="parent.postMessage('ran', '*')"/></svg>
       <iframe srcdoc="<script>top.postMessage('ran', '*')</script>"></iframe><iframe src="javascript:parent.postMessage('ran', '*')"></iframe>
       <template shadowrootmode="open"><iframe srcdoc="<script>top.postMessage('ran', '*')</script>"></iframe><link rel="preconnect" href="${world.http}"></template>
       <link rel="preconnect" href="${world.http}"><link rel="stylesheet" href="${world.http}"><meta http-equiv="refresh" content="0;url=${world.http}">
       <style>@import url(${world.http}); body { background: url(${world.http}) }</style><base href="${world.http}">
       <a id="away" href="${world.http}" ping="${world.http}">away</a><a id="program" href="javascript:parent.postMessage('ran', '*')">program</a>
       <form action="${world.http}"><button id="send">send</button></form>`,
    )
    await frame.locator('#last').waitFor()
    for (const id of ['away', 'program', 'send']) await frame.locator(`#${id}`).click()
    await settled()
    expect(arrived).toEqual([])
    expect(await page.evaluate(() => (window as unknown as { said: string[] }).said)).toEqual([])
    expect(said).toEqual([])
    expect(await frame.locator('#shown').textContent()).toBe('here')
    await page.close()
  })
})

describe('the check', () => {
  const answer = (page: Page) =>
    page.evaluate(
      () =>
        new Promise<unknown>((resolve) => {
          addEventListener('message', ({ data }) => resolve(data), { once: true })
          document.body.append(Object.assign(document.createElement('iframe'), { src: '/artifact-check.html' }))
        }),
    )

  it('says that this browser closes the network', async () => {
    const page = await browser.newPage()
    await page.goto(node.origin)
    expect(await answer(page)).toEqual({ closed: true })
    await page.close()
  })

  it('says no where a browser does not know the header', async () => {
    const page = await browser.newPage()
    await page.route('**/artifact-check.html', async (route) => {
      const response = await route.fetch()
      const { 'connection-allowlist': _, ...headers } = response.headers()
      await route.fulfill({ response, headers })
    })
    await page.goto(node.origin)
    expect(await answer(page)).toEqual({ closed: false })
    await page.close()
  })
})
