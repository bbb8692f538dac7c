/**
 * What a machine of the network gets without encryption, where the node has TLS: a page that helps it to the encrypted
 * address, and the root certificate. Nothing here knows of the node's data, and nothing that is sent is read.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { TlsRoot } from '../ports/tls.ts'
import { commonHeaders, stylePolicy } from './headers.ts'
import { type System, setupWords, systems } from './setup-words.ts'

export const rootPath = '/vivim-root.crt'

export interface SetupNeeds {
  /** Absent where the certificate comes from elsewhere: then there is only the way to the encrypted address. */
  readonly root: TlsRoot | undefined
  /** `https://…`, for the address or name under which the request came. */
  readonly secureUrl: (request: IncomingMessage) => string
}

export function newSetupServer({ root, secureUrl }: SetupNeeds): Server {
  const limits = { requestTimeout: 10_000, headersTimeout: 10_000, keepAliveTimeout: 5_000, maxHeaderSize: 8_192 }
  return createServer(limits, (request, response) => {
    request.resume()
    const path = request.url?.replace(/[?#].*$/s, '')
    const reads = request.method === 'GET' || request.method === 'HEAD'
    const send = (status: number, type: string, body: string | Uint8Array, more: Record<string, string> = {}) =>
      answer(request, response, status, { ...commonHeaders, 'content-type': type, ...more }, body)
    if (!reads) send(405, 'text/plain; charset=utf-8', 'Only over https.\n')
    else if (path === rootPath && root)
      send(200, 'application/x-x509-ca-cert', root.bytes, { 'content-disposition': 'attachment; filename="vivim-root.crt"' })
    else if (path === '/' && root) {
      const language = languageOf(request.headers['accept-language'])
      const html = page(language, systemOf(request.headers['user-agent']), root, secureUrl(request))
      send(200, 'text/html; charset=utf-8', html, { 'content-security-policy': stylePolicy(style), 'content-language': language })
    } else if (path === '/') send(308, 'text/plain; charset=utf-8', 'Only over https.\n', { location: `${secureUrl(request)}/` })
    else send(404, 'text/plain; charset=utf-8', 'Only over https.\n')
  })
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: string | Uint8Array,
): void {
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) })
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** The first language that the page has, in the order in which the browser names them. */
function languageOf(header: string | undefined): string {
  const asked = (header ?? '').slice(0, 200).split(',')
  const known = asked.map((one) => one.trim().slice(0, 2).toLowerCase()).find((one) => Object.hasOwn(setupWords, one))
  return known ?? 'en'
}

function systemOf(agent = ''): System | undefined {
  if (/Android/.test(agent)) return 'Android'
  if (/iPhone|iPad/.test(agent)) return 'iPhone, iPad'
  if (/Windows/.test(agent)) return 'Windows'
  if (/Mac OS/.test(agent)) return 'macOS'
  return /Linux/.test(agent) ? 'Linux' : undefined
}

const style = `body{max-width:40rem;margin:0 auto;padding:2rem 1rem;font:1.05rem/1.55 system-ui,sans-serif;color:#1c1c1a;background:#fbfaf7}
h1{font-size:1.6rem;line-height:1.25}a.get{display:inline-block;padding:.7rem 1.2rem;border-radius:.5rem;background:#285c4d;color:#fff;text-decoration:none;font-weight:600}
code{display:block;overflow-wrap:anywhere;padding:.7rem;border:1px solid #cfcbc0;border-radius:.5rem;font-size:.95rem}
details{border-top:1px solid #cfcbc0;padding:.7rem 0}summary{font-weight:600;min-height:1.6rem;cursor:pointer}a{color:#1f5a48}
@media(prefers-color-scheme:dark){body{color:#eceae4;background:#191917}code,details{border-color:#4a4842}a{color:#8fd0bb}a.get{background:#8fd0bb;color:#10201b}}`

function page(language: string, system: System | undefined, root: TlsRoot, url: string): string {
  const words = setupWords[language] ?? setupWords['en']
  if (!words) return ''
  const steps = systems.map(
    (one) =>
      `<details${one === system ? ' open' : ''}><summary>${one}</summary><ol>${words.steps[one].map((step) => `<li>${escaped(step)}</li>`).join('')}</ol></details>`,
  )
  return `<!doctype html><html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>${escaped(words.title)}</title><style>${style}</style></head><body><main>
<h1>${escaped(words.title)}</h1><p>${escaped(words.lead)}</p><p><a class="get" href="${rootPath}">${escaped(words.get)}</a></p>
${steps.join('\n')}
<p>${escaped(words.compare)}</p><code dir="ltr">${root.fingerprint}</code><p>${escaped(words.only)}</p>
<p>${escaped(words.after)}: <a href="${escaped(url)}/">${escaped(words.open)}</a></p></main></body></html>`
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
