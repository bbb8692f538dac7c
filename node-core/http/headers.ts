/** What every answer says about how it may be used. */
import { createHash } from 'node:crypto'

/**
 * On every answer. `no-store`: nothing of the library may come to rest in a browser's profile.
 * There are no CORS headers at all: pages of other sites get nothing.
 */
export const commonHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

/** For stored files, which are somebody else's bytes: even opened as a page they can do nothing. */
export const filePolicy = "default-src 'none'; sandbox; frame-ancestors 'none'"

/** For a page without scripts whose one `<style>` is given. */
export const stylePolicy = (style: string): string =>
  `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; frame-ancestors 'none'`

/** `Content-Disposition` that offers a file under its name: plain for old clients, whole for others (RFC 6266). */
export function attachment(filename: string | undefined): string {
  if (!filename) return 'attachment'
  const whole = filename.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}/\\]/gu, '_')
  const plain = whole.replaceAll(/[^\x20-\x7e]|["%]/gu, '_')
  const escaped = encodeURIComponent(whole).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"${plain === whole ? '' : `; filename*=UTF-8''${escaped}`}`
}
