/** UTF-8 as the providers write it, or fail to. */
import { isUtf8 } from 'node:buffer'

/** The text, without a byte order mark; `replaced` counts the places that were not valid UTF-8 and are U+FFFD now. */
export function decode(bytes: Uint8Array): { text: string; replaced: number } {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset + (marked ? 3 : 0), bytes.byteLength - (marked ? 3 : 0))
  const text = buffer.toString('utf8')
  return { text, replaced: isUtf8(buffer) ? 0 : replacements(text) - written(buffer) }
}

const replacements = (text: string): number => {
  let count = 0
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) count++
  return count
}

/** U+FFFD that the provider itself wrote. */
const written = (buffer: Buffer): number => {
  let count = 0
  for (let at = buffer.indexOf('\ufffd'); at >= 0; at = buffer.indexOf('\ufffd', at + 3)) count++
  return count
}
