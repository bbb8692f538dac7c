/** `vivim imports`: past and running imports. */
import { command } from '../cli/arguments.ts'
import type { Context } from '../cli/context.ts'
import { amountOf } from '../cli/filters.ts'
import { followImport, showReport } from '../cli/follow.ts'
import { counted, moment, oneLine } from '../cli/format.ts'
import { parseImport } from '../cli/ids.ts'
import { gather } from '../cli/pages.ts'
import { takes } from '../cli/takes.ts'

const list = command({
  name: 'imports',
  summary: 'lists imports, newest first',
  options: { limit: { type: 'string', value: 'N', takes: takes.amount, summary: 'how many (50)' } },
  examples: [['imports', 'what was imported, and when']],
  async run({ values, context }) {
    const { terminal, signal } = context
    await using node = await context.connect()
    const page = await gather(amountOf(values.limit, 50), ({ limit, cursor }) =>
      node.call('imports.list', { limit, cursor }, signal),
    )
    if (terminal.json) terminal.printJson(page)
    else {
      for (const { id, name, state, format, started, conversations } of page.items) {
        terminal.print(
          `${terminal.dim(id)}  ${moment(started)}  ${state.padEnd(11)}  ${terminal.bold(oneLine(name))} (${format ?? 'unknown format'}, ${counted(conversations, 'conversation')})`,
        )
      }
      if (page.items.length === 0) terminal.say('Nothing was imported yet. “vivim import FILE” begins.')
    }
    return 0
  },
})

const report = command({
  name: 'imports report',
  summary: 'shows the report of an import',
  words: 'ID',
  least: 1,
  examples: [
    ['imports report ID', 'as it was shown at the end'],
    ['imports report ID --json', 'with everything that was unreadable'],
  ],
  async run({ words: [id = ''], context }) {
    const parsed = parseImport(id)
    await using node = await context.connect()
    return await showReport(context, node, parsed)
  },
})

const resume = command({
  name: 'imports resume',
  summary: 'goes on with an import that was cancelled or interrupted',
  words: 'ID',
  least: 1,
  examples: [['imports resume ID', 'from where it stopped; nothing is doubled']],
  async run({ words: [id = ''], context }) {
    const parsed = parseImport(id)
    await using node = await context.connect()
    await node.call('imports.resume', { import: parsed }, context.signal)
    return await followImport(context, node, parsed)
  },
})

const cancel = command({
  name: 'imports cancel',
  summary: 'stops a running import; what is in stays',
  words: 'ID',
  least: 1,
  examples: [['imports cancel ID', 'it can be resumed or undone']],
  run: ({ words: [id = ''], context }) =>
    change(id, 'imports.cancel', 'Cancelled. “vivim imports resume” goes on with it.', context),
})

const undo = command({
  name: 'imports undo',
  summary: 'hides exactly what an import brought, and erases it after 30 days',
  words: 'ID',
  least: 1,
  examples: [['imports undo ID', 'importing the same again brings it back']],
  run: ({ words: [id = ''], context }) =>
    change(id, 'imports.undo', 'Undone: what it brought is hidden now and will be erased after 30 days.', context),
})

async function change(
  id: string,
  method: 'imports.cancel' | 'imports.undo',
  said: string,
  { terminal, signal, connect }: Context,
) {
  const parsed = parseImport(id)
  await using node = await connect()
  const run = await node.call(method, { import: parsed }, signal)
  if (terminal.json) terminal.printJson(run)
  else terminal.say(said)
  return 0 as const
}

export const importsCommands = [list, report, resume, cancel, undo]
