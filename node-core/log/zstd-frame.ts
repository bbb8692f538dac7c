/** What a Zstandard frame says of itself (RFC 8878, 3.1.1.1). */

const magic = [0x28, 0xb5, 0x2f, 0xfd]
/** A frame that claims more is given memory as it grows. */
const most = 64 * 1024 * 1024

/** Bytes that a frame holds; undefined where it does not say, is no frame, or says more than {@link most}. */
export function contentSize(frame: Uint8Array): number | undefined {
  if (magic.some((byte, i) => frame[i] !== byte)) return undefined
  const descriptor = frame[4] ?? 0
  const flag = descriptor >>> 6
  const single = (descriptor >>> 5) & 1
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0
  const length = flag === 0 ? single : 1 << flag
  const at = 5 + (1 - single) + dictionary
  if (length === 0 || frame.length < at + length) return undefined
  let size = length === 2 ? 256 : 0
  for (let i = 0; i < length; i++) size += (frame[at + i] ?? 0) * 256 ** i
  return size <= most ? size : undefined
}
