/** The interface as a page for people, made from the list of methods. */
import { z } from 'zod'
import { addressOf, type Method } from './method.ts'
import { type OpenRoute, openRoutes } from './open-routes.ts'

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const asText = (text: string) => text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? '')

/** The page's one style, exported so that its hash can be allowed. */
export const pageStyle =
  'body{font:16px/1.5 system-ui;max-width:70ch;margin:2rem auto;padding:0 1rem;color-scheme:light dark}' +
  'section{border-top:1px solid #8884;margin-top:1.5rem}'

/** One page without scripts. */
export function openApiPage(methods: Readonly<Record<string, Method>>, version: string): string {
  const rows = Object.entries(methods).map(([name, method]) => {
    const { pathFields, rest } = addressOf(method)
    const fields = Object.entries(method.input.shape).map(([field, type]) => {
      const schema = z.toJSONSchema(type as z.ZodType, { io: 'input' }) as { description?: unknown }
      const place = pathFields.includes(field) ? 'path' : rest
      const optional = (type as z.ZodType).safeParse(undefined).success ? ', optional' : ''
      return `<li><code>${field}</code> <small>(${place}${optional})</small> ${asText(String(schema.description ?? ''))}</li>`
    })
    const who =
      method.callers === 'session'
        ? `session${method.capability ? ` that may ${method.capability}` : ''}`
        : method.callers === 'local'
          ? 'the node’s own user, by the local socket'
          : 'anyone'
    return (
      `<section id="${name}"><h2>${name}</h2><p><code>${asText(method.http)}</code> · ${who}</p><p>${asText(method.summary)}</p>` +
      `${fields.length > 0 ? `<ul>${fields.join('')}</ul>` : ''}<p><small>${method.errors.join(', ')}</small></p></section>`
    )
  })
  const open = Object.values<OpenRoute>(openRoutes).map(
    ({ path, summary, readers = 'Anyone may.' }) =>
      `<li><code>GET ${path}</code> ${asText(summary)} <small>${asText(readers)}</small></li>`,
  )
  return (
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<title>VIVIM Node ${asText(version)}: interface</title>` +
    `<style>${pageStyle}</style>` +
    `<h1>VIVIM Node ${asText(version)}</h1><p>For programs: <a href="/api/v1/openapi.json">openapi.json</a>. ` +
    'A session’s token is sent as <code>Authorization: Bearer …</code>.</p>' +
    `${rows.join('')}<section id="open"><h2>open</h2><ul>${open.join('')}</ul></section></html>`
  )
}
