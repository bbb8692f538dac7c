/** `vivim import`: files or a folder are one export; `-` reads one from the pipe. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { VivimError } from '../../contract/errors.ts'
import { command } from '../cli/arguments.ts'
import { followImport } from '../cli/follow.ts'
import { takes } from '../cli/takes.ts'

export const importCommand = command({
  name: 'import',
  summary: 'imports an export of any AI service; the format is detected',
  words: 'FILE…',
  least: 1,
  most: 1000,
  options: {
    'name': { type: 'string', value: 'NAME', takes: takes.name, summary: 'the file’s name, where it comes from a pipe' },
  },
  examples: [
    ['import ~/Downloads/export.zip', 'an export as it was downloaded'],
    ['import claude-1.zip claude-2.zip', 'an export in parts'],
    ['import ~/.claude/projects', 'a folder of session files'],
    ['import --json export.zip', 'the report as JSON'],
    ['import - --name conversations.json < conversations.json', 'from a pipe'],
  ],
  more:
    'The same or a newer export again adds only what is new. Ctrl-C cancels; “vivim imports resume ID” goes on.\n' +
    'Exit code 3: done, but some conversations could not be read; the report names them.',
  async run({ values, words, context }) {
    const { terminal, signal } = context
    const piped = words[0] === '-'
    if (words.includes('-') && words.length > 1)
      throw new VivimError('bad-request', '“-” stands alone: one export from the pipe.')
    const paths = words.map((path) => resolve(path))
    if (!piped) await Promise.all(paths.map(mustBeThere))
    await using node = await context.connect()
    const run = piped
      ? await node.upload('imports.upload', { name: values.name ?? 'export' }, chunks(terminal.streams.input), signal)
      : await node.call('imports.open', { paths }, signal)
    return await followImport(context, node, run.id)
  },
})

async function mustBeThere(path: string): Promise<void> {
  try {
    await stat(path)
  } catch (cause) {
    throw new VivimError('not-found', `No file or folder: ${path}`, { cause })
  }
}

async function* chunks(input: NodeJS.ReadableStream): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of input) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
}
