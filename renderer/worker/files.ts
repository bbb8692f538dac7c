/** Which requests the page's own files answer where there is no node to ask. Pure. */

/** A file of the built page: its address, and the SHA-256 of its bytes in hex. */
export interface BuiltFile {
  readonly path: string
  readonly digest: string
}

/** Any screen's address shows this file; the page finds its way by the address. */
export const pageFile = '/index.html'

/** Addresses of the node that are no screens, by their first part. */
const ofTheNode = ['api', 'actor', 'healthz', 'readyz', 'metrics', '.well-known', 'ws', 'pds', 'link']

/**
 * The built file that answers a request, or undefined where the request is the node's. Only reading the page's own
 * origin is answered, and nothing of the node's interface ever is.
 */
export function fileFor(
  { method, url, mode }: { method: string; url: string; mode: string },
  origin: string,
  files: ReadonlySet<string>,
): string | undefined {
  const address = new URL(url)
  if (method !== 'GET' || address.origin !== origin) return undefined
  const { pathname } = address
  if (mode !== 'navigate') return files.has(pathname) ? pathname : undefined
  const [first = ''] = pathname.slice(1).split('/')
  const isScreen = !ofTheNode.includes(first) && !(pathname.split('/').at(-1) ?? '').includes('.')
  return isScreen && files.has(pageFile) ? pageFile : undefined
}
