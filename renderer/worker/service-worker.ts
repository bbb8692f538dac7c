/**
 * Serves the built page where its node is out of reach. It holds the page's own files and nothing else: no answer of the
 * node to a page passes through it. Where the browser has background sync it also sends what waits while no page is open.
 *
 * A new build is fetched beside the old one and waits until the person lets it take over, so that nothing is taken from
 * under an open page; the files of the build before stay for pages that still run it.
 */
import './jitless.ts'
import { type BuiltFile, fileFor, pageFile } from './files.ts'
import { outboxTag, takeOver } from './messages.ts'
import { sendWaiting } from './send-waiting.ts'

declare const self: ServiceWorkerGlobalScope
/** Put in by the build: every file of the page, and a name for the whole of them. */
declare const BUILT_FILES: readonly BuiltFile[]
declare const BUILD: string

const outside = {
  fetch: (input: RequestInfo | URL, init?: RequestInit) => fetch(input, init),
  now: () => Date.now(),
  random: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
}
const prefix = 'page-'
const own = `${prefix}${BUILD}`
const paths = new Set(BUILT_FILES.map(({ path }) => path))

self.addEventListener('install', (event) => event.waitUntil(fetchAll()))
self.addEventListener('activate', (event) => event.waitUntil(Promise.all([forgetOld(), self.clients.claim()])))
self.addEventListener('message', ({ data }) => {
  if (data === takeOver) void self.skipWaiting()
})
// Background sync is no part of the types: a browser has it or not.
self.addEventListener('sync' as 'push', (event) => {
  if (Reflect.get(event, 'tag') === outboxTag) event.waitUntil(sendWaiting(outside))
})
self.addEventListener('fetch', (event) => {
  const path = fileFor(event.request, self.location.origin, paths)
  if (path !== undefined) event.respondWith(fileOf(path, event.request))
  else if (isAsset(event.request)) event.respondWith(assetOfOld(event.request))
})

/** Fetches this build whole, or fails: half a page would be worse than the one before. */
async function fetchAll(): Promise<void> {
  const cache = await caches.open(own)
  for (const { path, digest } of BUILT_FILES) {
    if (await cache.match(path)) continue
    // Names below assets hold the hash of what is in them: an older build's file is the same.
    const known = path.startsWith('/assets/') ? await caches.match(path) : undefined
    const answer = known ?? (await fetch(path, { cache: 'reload', credentials: 'omit', redirect: 'error' }))
    if (!answer.ok || (await digestOf(answer.clone())) !== digest) throw new Error(`${path} is not of this build.`)
    await cache.put(path, answer)
  }
}

async function digestOf(answer: Response): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', await answer.arrayBuffer()))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The build before stays, for pages that are open on it. */
async function forgetOld(): Promise<void> {
  const others = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== own)
  for (const name of others.slice(0, -1)) await caches.delete(name)
}

async function fileOf(path: string, request: Request): Promise<Response> {
  const kept = await (await caches.open(own)).match(path)
  // The browser may have taken it away: then the node has to be asked.
  return kept ?? (await fetch(path === pageFile ? path : request))
}

const isAsset = ({ method, url }: Request): boolean => {
  const { origin, pathname } = new URL(url)
  return method === 'GET' && origin === self.location.origin && pathname.startsWith('/assets/')
}
const assetOfOld = async (request: Request): Promise<Response> => (await caches.match(request.url)) ?? (await fetch(request))
