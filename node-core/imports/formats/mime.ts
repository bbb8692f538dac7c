/** Media types of files whose provider does not say: by the name, else by the first bytes. */
import type { Attachment } from '../../contract/content.ts'
import { lookUp } from './fields.ts'

export const unknownMime = 'application/octet-stream'

const byExtension: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  heic: 'image/heic',
  avif: 'image/avif',
  bmp: 'image/bmp',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  svg: 'image/svg+xml',
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  ogg: 'audio/ogg',
  opus: 'audio/ogg',
  flac: 'audio/flac',
  aac: 'audio/aac',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
  mkv: 'video/x-matroska',
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  html: 'text/html',
  htm: 'text/html',
  json: 'application/json',
  xml: 'application/xml',
  zip: 'application/zip',
  rtf: 'application/rtf',
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  ppt: 'application/vnd.ms-powerpoint',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  py: 'text/x-python',
  js: 'text/javascript',
  ts: 'text/x-typescript',
  css: 'text/css',
  sh: 'text/x-shellscript',
}

/** The media type that a file's name tells, or undefined. */
export function mimeOfName(name: string): string | undefined {
  const dot = name.lastIndexOf('.')
  return dot < 0 ? undefined : lookUp(byExtension, name.slice(dot + 1).toLowerCase())
}

/**
 * A media type from what a provider wrote (`application/pdf`, but also `pdf` or `.pdf`), else from the name,
 * else {@link unknownMime}.
 */
export function mimeOf(written: string | undefined, name: string): string {
  if (written?.includes('/')) return written
  return (written && lookUp(byExtension, written.replace(/^\./, '').toLowerCase())) || mimeOfName(name) || unknownMime
}

/** How an attachment of this media type is shown. */
export function kindOf(mime: string): Attachment['kind'] {
  const family = mime.slice(0, mime.indexOf('/'))
  return family === 'image' || family === 'audio' || family === 'video' ? family : 'file'
}

/** The media type that the first bytes tell (16 are enough), or undefined. */
export function sniffMime(head: Uint8Array): string | undefined {
  const ascii = (from: number, to: number) => String.fromCharCode(...head.subarray(from, to))
  if (head[0] === 0x89 && ascii(1, 4) === 'PNG') return 'image/png'
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'image/jpeg'
  if (ascii(0, 4) === 'GIF8') return 'image/gif'
  if (ascii(0, 4) === 'RIFF') return ascii(8, 12) === 'WEBP' ? 'image/webp' : ascii(8, 12) === 'WAVE' ? 'audio/wav' : undefined
  if (ascii(0, 5) === '%PDF-') return 'application/pdf'
  if (ascii(4, 8) === 'ftyp') return ascii(8, 11) === 'M4A' ? 'audio/mp4' : ascii(8, 12) === 'heic' ? 'image/heic' : 'video/mp4'
  if (ascii(0, 4) === 'OggS') return 'audio/ogg'
  if (ascii(0, 3) === 'ID3') return 'audio/mpeg'
  if (ascii(0, 4) === 'PK\x03\x04') return 'application/zip'
  return undefined
}
