/** Text that comes from a pipe. */
import { VivimError } from '../../contract/errors.ts'

/** Bytes of a text that is written by hand. */
const MOST = 1 << 20

/** All of it. Error: `bad-request` with `fault` where it is longer than any text that is taken. */
export async function pipedText(input: NodeJS.ReadableStream, fault: string): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of input) {
    size += chunk.length
    if (size > MOST) throw new VivimError('bad-request', fault)
    chunks.push(Buffer.from(chunk))
  }
  return Buffer.concat(chunks).toString()
}
