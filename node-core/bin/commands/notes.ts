/** `vivim tag`, `untag` and `note`: what a person says of a conversation, message or unit. */
import { VivimError } from '../../contract/errors.ts'
import { command } from '../cli/arguments.ts'
import { amountOf } from '../cli/filters.ts'
import { harmless, moment } from '../cli/format.ts'
import { parseNote, parseTarget } from '../cli/ids.ts'
import { gather } from '../cli/pages.ts'
import { pipedText } from '../cli/piped.ts'
import { mustTake, takes } from '../cli/takes.ts'

/** In UTF-16 code units. */
const longestNote = 100_000
const badNote = '“vivim note” takes a text of 1 to 100,000 characters.'

const tag = command({
  name: 'tag',
  summary: 'tags a conversation, message or unit',
  words: 'ID TAG…',
  least: 2,
  most: 20,
  examples: [['tag ID recipes bread', 'two tags; “vivim list --tag bread” finds it']],
  async run({ words: [id = '', ...tags], context: { terminal, signal, connect } }) {
    const target = parseTarget(id)
    for (const one of tags) mustTake('“vivim tag”', takes.tag, one)
    await using node = await connect()
    const added = []
    for (const one of tags) added.push(await node.call('tags.add', { target, tag: one }, signal))
    if (terminal.json) terminal.printJson({ items: added })
    return 0
  },
})

const untag = command({
  name: 'untag',
  summary: 'takes tags off',
  words: 'ID TAG…',
  least: 2,
  most: 20,
  examples: [['untag ID bread', 'gone already is fine']],
  async run({ words: [id = '', ...tags], context: { terminal, signal, connect } }) {
    const target = parseTarget(id)
    for (const one of tags) mustTake('“vivim untag”', takes.tag, one)
    await using node = await connect()
    for (const one of tags) await node.call('tags.remove', { target, tag: one }, signal)
    if (terminal.json) terminal.printJson({})
    return 0
  },
})

const note = command({
  name: 'note',
  summary: 'writes a note on a conversation, message or unit',
  words: 'ID TEXT…',
  least: 2,
  most: 10_000,
  examples: [
    ['note ID "try this with rye"', 'found by “vivim search” too'],
    ['note ID - < thoughts.md', 'from a pipe'],
  ],
  async run({ words: [id = '', ...text], context: { terminal, signal, connect } }) {
    const target = parseTarget(id)
    const whole = text.length === 1 && text[0] === '-' ? await pipedText(terminal.streams.input, badNote) : text.join(' ')
    if (whole === '' || whole.length > longestNote) throw new VivimError('bad-request', badNote)
    await using node = await connect()
    const written = await node.call('notes.create', { target, text: whole }, signal)
    if (terminal.json) terminal.printJson(written)
    else terminal.print(written.id)
    return 0
  },
})

const list = command({
  name: 'note list',
  summary: 'lists notes, the last changed first',
  words: '[ID]',
  most: 1,
  options: { limit: { type: 'string', value: 'N', takes: takes.amount, summary: 'how many (50)' } },
  examples: [
    ['note list', 'all'],
    ['note list ID', 'of one conversation, with those inside it'],
  ],
  async run({ values, words: [id], context: { terminal, signal, connect } }) {
    const target = id === undefined ? undefined : parseTarget(id)
    const most = amountOf(values.limit, 50)
    await using node = await connect()
    const page = await gather(most, ({ limit, cursor }) => node.call('notes.list', { target, limit, cursor }, signal))
    if (terminal.json) terminal.printJson(page)
    else
      for (const one of page.items)
        terminal.print(`${terminal.dim(`${one.id}  ${moment(one.updated)}  ${one.target ?? ''}`)}\n${harmless(one.text)}\n`)
    return 0
  },
})

const remove = command({
  name: 'note delete',
  summary: 'deletes a note for good',
  words: 'NOTE',
  least: 1,
  examples: [['note delete NOTE', '“vivim note list” shows the ids']],
  async run({ words: [id = ''], context: { terminal, signal, connect } }) {
    const parsed = parseNote(id)
    await using node = await connect()
    await node.call('notes.delete', { note: parsed }, signal)
    if (terminal.json) terminal.printJson({})
    return 0
  },
})

export const noteCommands = [tag, untag, note, list, remove]
