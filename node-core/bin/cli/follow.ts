/** Following an import to its end, and telling how it went. */
import { isVivimError, VivimError } from '../../contract/errors.ts'
import type { ImportId } from '../../contract/ids.ts'
import type { NodeClient, OutputOf } from '../client/client.ts'
import type { ExitCode } from './arguments.ts'
import type { Context } from './context.ts'
import { bytes, counted, duration, number } from './format.ts'
import type { Step } from './progress.ts'
import { reportLines } from './report.ts'

type Run = Pick<OutputOf<'imports.cancel'>, 'id' | 'state'>
type Progressed = Extract<OutputOf<'imports.events'>, { event: 'progress' }>['data']

const running = new Set(['receiving', 'waiting', 'checking', 'importing'])

/** Shows an import's progress, then its report. Ctrl-C cancels the import, whose end is waited for. Answers the exit code. */
export async function followImport({ terminal, signal }: Context, node: NodeClient, id: ImportId): Promise<ExitCode> {
  const progress = terminal.progress()
  const cancel = () => {
    progress.end()
    terminal.say('Cancelling …')
    // Where that fails the import has just ended, and the stream says how.
    node.call('imports.cancel', { import: id }).catch(() => undefined)
  }
  if (signal.aborted) cancel()
  else signal.addEventListener('abort', cancel, { once: true })
  let ended: Run | undefined
  try {
    for await (const event of node.events('imports.events', { import: id })) {
      if (event.event === 'progress') progress.show(stepOf(event.data))
      else ended = event.data
    }
  } finally {
    signal.removeEventListener('abort', cancel)
    progress.end()
  }
  ended ??= await node.call('imports.get', { import: id })
  if (running.has(ended.state))
    throw new VivimError('unavailable', `The node stopped before the import ended. “vivim imports resume ${id}” goes on with it.`)
  return await tell({ terminal }, node, ended)
}

/** Prints the report of an import that has ended. */
async function tell({ terminal }: Pick<Context, 'terminal'>, node: NodeClient, { id, state }: Run): Promise<ExitCode> {
  const report = await node.call('imports.report', { import: id })
  if (terminal.json) terminal.printJson(report)
  else {
    for (const line of reportLines(report, terminal)) terminal.print(line)
    const next = nextStep(id, state)
    if (next) terminal.say(next)
  }
  if (state !== 'done') return 1
  return report.conversations.unreadableTotal > 0 ? 3 : 0
}

function nextStep(id: ImportId, state: Run['state']): string | undefined {
  if (state === 'done') return `“vivim search WORDS” finds them; “vivim imports undo ${id}” takes this import back.`
  if (state === 'failed') return 'Nothing of it was kept.'
  if (state === 'cancelled' || state === 'interrupted') {
    return `What was read so far is kept. “vivim imports resume ${id}” goes on, “vivim imports undo ${id}” takes it back.`
  }
  return undefined
}

const stages: Partial<Record<Progressed['phase'], string>> = {
  receiving: 'Receiving',
  waiting: 'Waiting',
  checking: 'Checking',
  importing: 'Importing',
}

function stepOf({ phase, bytes: done, totalBytes, conversations, messages, rate, secondsLeft }: Progressed): Step {
  const counts = conversations > 0 ? [counted(conversations, 'conversation'), counted(messages, 'message')] : []
  const speed = rate <= 0 ? [] : [phase === 'importing' ? `${number(Math.round(rate))}/s` : `${bytes(rate)}/s`]
  const left = secondsLeft === null ? [] : [`${duration(Math.ceil(secondsLeft))} left`]
  return { stage: stages[phase] ?? phase, done, total: totalBytes, detail: [...counts, ...speed, ...left].join(' · ') }
}

/** The report of any import, for looking it up later. Error: `not-found`. */
export async function showReport(context: Context, node: NodeClient, id: ImportId): Promise<ExitCode> {
  try {
    const report = await node.call('imports.report', { import: id }, context.signal)
    if (context.terminal.json) context.terminal.printJson(report)
    else for (const line of reportLines(report, context.terminal)) context.terminal.print(line)
    return 0
  } catch (error) {
    if (isVivimError(error, 'not-found'))
      throw new VivimError('not-found', 'There is no import of that id; “vivim imports” lists them.', { cause: error })
    throw error
  }
}
