/** Names of an export's files: readable, and safe on every system. Pure. */
import type { ConversationId } from '../contract/ids.ts'

/** With date, id and ending a name stays below 120 characters, and below the 255 bytes that file systems take. */
const TITLE = { characters: 80, bytes: 180 } as const
const ID = 10

/** `2026-05-01 Title of it a1b2c3d4e5`; `time` in milliseconds since 1970. The id's part tells equal titles of one day apart. */
export function fileNameOf(id: ConversationId, title: string | null, time: number | null): string {
  return `${dateOf(time) ?? 'undated'} ${safeTitle(title ?? '') || 'Untitled'} ${id.slice(0, ID)}`
}

/** A title without what Windows, macOS or Linux refuse in names, or that cannot be seen. */
export function safeTitle(title: string): string {
  const clean = title
    .slice(0, 1000)
    .normalize('NFC')
    .replace(/[\p{C}<>:"/\\|?*\s]+/gu, ' ')
    .trim()
  let kept = ''
  let bytes = 0
  for (const character of clean) {
    bytes += Buffer.byteLength(character)
    if (bytes > TITLE.bytes || kept.length + character.length > TITLE.characters) break
    kept += character
  }
  return kept.replace(/[. ]+$/, '')
}

/** `2026-05-01` (UTC) of milliseconds since 1970. */
export function dateOf(time: number | null | undefined): string | undefined {
  return time == null || !(Math.abs(time) <= 8.64e15) ? undefined : new Date(time).toISOString().slice(0, -14)
}

const endings: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/svg+xml': 'svg',
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
  'audio/mp4': 'm4a',
  'audio/ogg': 'ogg',
  'video/mp4': 'mp4',
  'video/webm': 'webm',
  'application/pdf': 'pdf',
  'application/zip': 'zip',
  'application/json': 'json',
  'text/plain': 'txt',
  'text/markdown': 'md',
  'text/csv': 'csv',
  'text/html': 'html',
}

/** `blobs/<id>.<ending>`: the ending of the file's own name, or of its media type. */
export function blobPathOf(id: string, name: string, mime: string): string {
  const own = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase()
  return `blobs/${id}.${own ?? (Object.hasOwn(endings, mime) ? endings[mime] : undefined) ?? 'bin'}`
}

/** What is packed already gains nothing from being packed again. */
export const isPacked = (mime: string): boolean =>
  /^(image\/(?!svg|bmp|tiff)|audio\/(?!wav)|video\/|application\/(zip|pdf|gzip|vnd\.openxml))/.test(mime)
