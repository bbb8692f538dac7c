/** `vivim capture`: a text of one's own into the library. */
import { longestSnippet, mostSnippetTags } from '../../contract/api/snippets.ts'
import { VivimError } from '../../contract/errors.ts'
import { command } from '../cli/arguments.ts'
import { pipedText } from '../cli/piped.ts'
import { takes } from '../cli/takes.ts'

const badText = `“vivim capture” takes a text of 1 to ${longestSnippet.toLocaleString('en')} characters.`

export const captureCommand = command({
  name: 'capture',
  summary: 'keeps a text of your own in the library',
  words: 'TEXT…',
  least: 1,
  most: 10_000,
  options: {
    title: { type: 'string', value: 'TITLE', takes: takes.name, summary: 'what it is called; else its first words' },
    tag: { type: 'string', multiple: true, most: mostSnippetTags, value: 'TAG', takes: takes.tag, summary: 'tags it' },
  },
  examples: [
    ['capture "rye needs more water" --tag bread', 'found by “vivim search” at once'],
    ['capture - < thoughts.md', 'from a pipe'],
  ],
  async run({ values, words, context: { terminal, signal, connect } }) {
    const text = words.length === 1 && words[0] === '-' ? await pipedText(terminal.streams.input, badText) : words.join(' ')
    if (text.trim() === '' || text.length > longestSnippet) throw new VivimError('bad-request', badText)
    await using node = await connect()
    const kept = await node.call('library.capture', { text, title: values.title, tags: [...values.tag] }, signal)
    if (terminal.json) terminal.printJson(kept)
    else terminal.print(kept.id)
    return 0
  },
})
