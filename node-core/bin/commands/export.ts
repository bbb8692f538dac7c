/** `vivim export`: everything, or what filters choose, as one readable ZIP. */
import { once } from 'node:events'
import { open, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { api } from '../../contract/api/index.ts'
import { VivimError } from '../../contract/errors.ts'
import { parseInput } from '../../dispatch.ts'
import { command } from '../cli/arguments.ts'
import { filterOptions, filtersOf, given } from '../cli/filters.ts'
import { bytes } from '../cli/format.ts'
import { refuseExisting } from '../cli/new-file.ts'
import type { Progress } from '../cli/progress.ts'
import { takes } from '../cli/takes.ts'

export const exportCommand = command({
  name: 'export',
  summary: 'writes a ZIP of readable Markdown, JSON and files; importing it gives the same again',
  words: 'FILE',
  least: 1,
  options: {
    ...filterOptions,
    'conversation': {
      type: 'string',
      multiple: true,
      most: 100,
      value: 'ID',
      takes: takes.conversation,
      summary: 'only this conversation',
    },
  },
  examples: [
    ['export everything.zip', 'all that you have'],
    ['export work.zip --project Work', 'what filters choose'],
    ['export - | ssh server "cat > everything.zip"', 'into a pipe'],
  ],
  more: 'The file is not encrypted: whoever has it can read it. For a sealed copy there is “vivim backup”.',
  async run({ values, words: [file = ''], context: { terminal, signal, connect } }) {
    const input = parseInput(api['export.get'].input, { ...filtersOf(values), ...given({ conversation: values.conversation }) })
    const piped = file === '-'
    const path = resolve(file)
    if (piped && terminal.shown) throw new VivimError('bad-request', 'A ZIP is nothing for a terminal; name a file.')
    if (!piped) await refuseExisting(path)
    await using node = await connect()
    const download = await node.download('export.get', input, signal)
    const progress = terminal.progress()
    try {
      const seen = counting(download.bytes, download.size, progress)
      const size = piped ? await toStream(seen, terminal.streams.output) : await toFile(seen, path)
      progress.end()
      if (piped) return 0
      if (terminal.json) terminal.printJson({ path, bytes: size })
      else terminal.say(`Written: ${path} (${bytes(size)}). It is not encrypted; only you can read the file here.`)
      return 0
    } finally {
      progress.end()
    }
  },
})

async function* counting(chunks: AsyncIterable<Uint8Array>, total: number | undefined, progress: Progress) {
  let done = 0
  for await (const chunk of chunks) {
    done += chunk.length
    progress.show({ stage: 'Exporting', done, total: total ?? null, detail: bytes(done) })
    yield chunk
  }
}

/** The file appears under its name only when it is whole. Answers its bytes. */
async function toFile(chunks: AsyncIterable<Uint8Array>, path: string): Promise<number> {
  const part = `${path}.part`
  let size = 0
  try {
    const file = await open(part, 'w', 0o600).catch((cause: unknown) => {
      throw new VivimError('bad-request', `${path} cannot be written.`, { cause })
    })
    try {
      await file.chmod(0o600)
      for await (const chunk of chunks) {
        await file.writeFile(chunk)
        size += chunk.length
      }
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(part, path)
    return size
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

async function toStream(chunks: AsyncIterable<Uint8Array>, output: Writable): Promise<number> {
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (!output.write(chunk)) await once(output, 'drain')
  }
  return size
}
