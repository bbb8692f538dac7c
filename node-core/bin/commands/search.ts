/** `vivim search`: finds messages, titles and notes. */
import { api } from '../../contract/api/index.ts'
import { parseInput } from '../../dispatch.ts'
import { command } from '../cli/arguments.ts'
import { amountOf, filterOptions, filtersOf, given } from '../cli/filters.ts'
import { counted, day, harmless, oneLine } from '../cli/format.ts'
import { gather } from '../cli/pages.ts'
import { mustTake, type Takes, takes } from '../cli/takes.ts'
import type { Terminal } from '../cli/terminal.ts'
import type { OutputOf } from '../client/client.ts'

type Hit = OutputOf<'search.find'>['items'][number]

const question: Takes = {
  what: 'words of 1 to 1,000 characters together',
  accepts: (text) => text.trim() !== '' && text.length <= 1000,
}

export const searchCommand = command({
  name: 'search',
  summary: 'finds messages, titles and notes',
  words: 'WORDS…',
  least: 1,
  most: 100,
  options: {
    ...filterOptions,
    'role': {
      type: 'string',
      multiple: true,
      most: 4,
      value: 'ROLE',
      takes: takes.role,
      summary: 'only messages of user, assistant, system or tool',
    },
    'conversation': { type: 'string', value: 'ID', takes: takes.conversation, summary: 'only in this conversation' },
    'newest': { type: 'boolean', summary: 'the newest first, not the best' },
    'limit': { type: 'string', value: 'N', takes: takes.amount, summary: 'how many (20)' },
    'cursor': { type: 'string', value: 'CURSOR', takes: takes.cursor, summary: 'go on behind an earlier answer’s “next”' },
  },
  examples: [
    ['search sourdough hydration', 'messages with both words'],
    ['search \'"exact phrase"\'', 'the words in this order'],
    ['search postg* --source chatgpt --from 2024', 'begun words, with filters'],
    ['search -- python -django', 'without a word'],
    ['search --json recipe', 'with ids and marks, for programs'],
  ],
  more: 'Case and accents do not matter, and small slips are forgiven. An emoji is a word, whatever its tone of skin.',
  async run({ values, words, context }) {
    const { terminal, signal } = context
    mustTake('“vivim search”', question, words.join(' '))
    const {
      q,
      prefix: _,
      cursor: from,
      ...rest
    } = parseInput(api['search.find'].input, {
      q: words.join(' '),
      ...filtersOf(values),
      ...given({ role: values.role }),
      ...(values.conversation === undefined ? {} : { conversation: values.conversation }),
      ...(values.cursor === undefined ? {} : { cursor: values.cursor }),
      order: values.newest ? 'newest' : 'rank',
    })
    const most = amountOf(values.limit, 20)
    await using node = await context.connect()
    let total = 0
    const page = await gather(
      most,
      async ({ limit, cursor }) => {
        // Whole words: nobody is typing any more.
        const answer = await node.call('search.find', { ...rest, q, prefix: false, limit, cursor }, signal)
        total = answer.total
        return answer
      },
      from,
    )
    if (terminal.json) terminal.printJson({ ...page, total })
    else {
      for (const hit of page.items) for (const line of linesOf(hit, terminal)) terminal.print(line)
      terminal.say(
        total === 0 ? 'Nothing was found.' : `${counted(page.items.length, 'hit')} of ${total}. “vivim show ID” shows one.`,
      )
    }
    return 0
  },
})

function linesOf({ conversation, kind, message, unit, note, role, time, snippet }: Hit, look: Terminal): string[] {
  const title = conversation ? oneLine(conversation.title ?? 'Without a title') : 'Note'
  const facts = [conversation?.source, kind === 'message' ? role : kind, time === null ? null : day(time)].filter(Boolean)
  return [
    `${look.bold(title)}  ${look.dim(facts.join(' · '))}`,
    `  ${marked(snippet, look)}`,
    `  ${look.dim(unit ?? message ?? conversation?.id ?? note ?? '')}`,
    '',
  ]
}

function marked({ text, marks }: Hit['snippet'], look: Terminal): string {
  const clean = (part: string) => harmless(part.replaceAll(/\s/g, ' '))
  let line = ''
  let at = 0
  for (const [from, to] of marks) {
    line += clean(text.slice(at, from)) + look.bold(clean(text.slice(from, to)))
    at = to
  }
  return line + clean(text.slice(at))
}
