/** `vivim list`: conversations by filters. */
import { api } from '../../contract/api/index.ts'
import { parseInput } from '../../dispatch.ts'
import { command } from '../cli/arguments.ts'
import { amountOf, filterOptions, filtersOf } from '../cli/filters.ts'
import { counted, day, oneLine, shortened } from '../cli/format.ts'
import { gather } from '../cli/pages.ts'
import { takes } from '../cli/takes.ts'

export const listCommand = command({
  name: 'list',
  summary: 'lists conversations, newest first',
  options: {
    ...filterOptions,
    'starred': { type: 'boolean', summary: 'only starred ones' },
    'archived': { type: 'boolean', summary: 'only archived ones' },
    'created': { type: 'boolean', summary: 'by when they began, not by their last change' },
    'limit': { type: 'string', value: 'N', takes: takes.amount, summary: 'how many (50)' },
    'cursor': { type: 'string', value: 'CURSOR', takes: takes.cursor, summary: 'go on behind an earlier answer’s “next”' },
  },
  examples: [
    ['list', 'the newest 50'],
    ['list --source claude --from 2024-03 --to 2024-05', 'by service and time'],
    ['list --limit 1000 --json', 'for programs'],
  ],
  async run({ values, context }) {
    const { terminal, signal } = context
    const {
      limit: _,
      cursor: from,
      ...rest
    } = parseInput(api['conversations.list'].input, {
      ...filtersOf(values),
      ...(values.starred ? { starred: true } : {}),
      ...(values.archived ? { archived: true } : {}),
      ...(values.cursor === undefined ? {} : { cursor: values.cursor }),
      order: values.created ? 'created' : 'updated',
    })
    const most = amountOf(values.limit, 50)
    await using node = await context.connect()
    const page = await gather(
      most,
      ({ limit, cursor }) => node.call('conversations.list', { ...rest, limit, cursor }, signal),
      from,
    )
    if (terminal.json) {
      terminal.printJson(page)
      return 0
    }
    for (const { id, source, title, created, updated, messages, tags } of page.items) {
      const time = (values.created ? created : updated) ?? created
      const name = oneLine(title ?? 'Without a title')
      const facts = [counted(messages, 'message'), ...tags.map((tag) => `#${oneLine(tag)}`)].join(' ')
      const room = Math.max(20, terminal.width - 56)
      terminal.print(
        `${terminal.dim(id)}  ${time === null ? ' '.repeat(10) : day(time)}  ${source.padEnd(11)}  ${terminal.bold(terminal.shown ? shortened(name, room) : name)}  ${terminal.dim(facts)}`,
      )
    }
    if (page.items.length === 0) terminal.say('No conversations. “vivim import FILE” brings some in.')
    else if (page.next !== null) terminal.say('There are more: --limit N.')
    return 0
  },
})
