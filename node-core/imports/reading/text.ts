/** UTF-8 as the providers write it. */

/** The text, without a byte order mark; what is not valid UTF-8 reads as U+FFFD. */
export function decode(bytes: Uint8Array): string {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  return Buffer.from(bytes.buffer, bytes.byteOffset + (marked ? 3 : 0), bytes.byteLength - (marked ? 3 : 0)).toString('utf8')
}
