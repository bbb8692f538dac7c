/** What the window's page may do and where it may go: pure decisions, deny by default. */
import { pageHeadersOf } from '../../node-core/contract/page-policy.ts'

export const scheme = 'app'
export const pageOrigin = `${scheme}://vivim`

const isOwn = (url: string): boolean => {
  const target = parse(url)
  return target?.protocol === `${scheme}:` && target.host === 'vivim'
}

/** Only the screens of the app's own page are ever shown in the window: neither answers of the node nor files. */
export const mayNavigate = (url: string): boolean => {
  const route = routeOf(url)
  return route.to === 'page' && route.path === 'index.html'
}

/** What may be handed to the system's browser or mail program. */
export const mayOpenOutside = (url: string): boolean => {
  const target = parse(url)
  if (!target || target.username || target.password) return false
  return target.protocol === 'https:' || target.protocol === 'http:' || target.protocol === 'mailto:'
}

/** What a page may be allowed at all: to put things on the clipboard, and to show a film on the whole screen. */
const listed: readonly string[] = ['clipboard-sanitized-write', 'fullscreen']

/** Deny by default: only the app's own page, as a window's outermost frame, gets what is listed. */
export const mayAsk = (permission: string, url: string, isMainFrame: boolean): boolean =>
  listed.includes(permission) && isMainFrame && mayNavigate(url)

/** Where a request over the app's scheme goes. */
export type Route = { to: 'node'; target: string } | { to: 'page'; path: string } | { to: 'nowhere' }

/** `app://vivim/api/…` is the node's; everything else is a file of the page. */
export function routeOf(url: string): Route {
  const target = isOwn(url) ? parse(url) : undefined
  if (!target) return { to: 'nowhere' }
  if (target.pathname.startsWith('/api/')) return { to: 'node', target: target.pathname + target.search }
  const path = fileOf(target.pathname)
  return path === undefined ? { to: 'nowhere' } : { to: 'page', path }
}

/**
 * The page's file, relative to its folder; undefined for any name that could lead out of it. A name without an ending
 * is a screen's address, which the page itself finds its way by.
 */
function fileOf(pathname: string): string | undefined {
  if (pathname === '/') return 'index.html'
  const parts = pathname.slice(1).split('/')
  if (!parts.every((part) => /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(part))) return undefined
  return pathname.includes('.') ? parts.join('/') : 'index.html'
}

/** Headers of a file of the page; `path` is relative to its folder. */
export const headersOf = (path: string): Readonly<Record<string, string>> => ({
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  ...pageHeadersOf(`/${path}`),
})

const mediaTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
  webmanifest: 'application/manifest+json',
}
/** The media type of a file of the page, or undefined where the page has no such files. */
export const mediaTypeOf = (path: string): string | undefined => mediaTypes[path.slice(path.lastIndexOf('.') + 1)]

const parse = (url: string): URL | undefined => (URL.canParse(url) ? new URL(url) : undefined)
