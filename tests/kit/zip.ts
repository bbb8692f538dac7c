/** A ZIP of a test's own files. */
import { buffer } from 'node:stream/consumers'
import yazl from 'yazl'

/** Strings and bytes stand as they are, anything else as JSON. */
export async function zipOf(files: Readonly<Record<string, unknown>>): Promise<Buffer> {
  const zip = new yazl.ZipFile()
  for (const [path, content] of Object.entries(files)) {
    const bytes =
      content instanceof Uint8Array
        ? Buffer.from(content)
        : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
    zip.addBuffer(bytes, path)
  }
  zip.end()
  return await buffer(zip.outputStream)
}
