/** `vivim doctor`: what is wrong, in words, and the remedy. */
import { stat } from 'node:fs/promises'
import { VivimError } from '../../contract/errors.ts'
import { command, type ExitCode } from '../cli/arguments.ts'
import type { Context } from '../cli/context.ts'
import { bytes, counted, duration, number, oneLine } from '../cli/format.ts'
import { mustTake, takes } from '../cli/takes.ts'
import type { NodeClient } from '../client/client.ts'
import { openOrDamages, tellDamages } from './doctor-damages.ts'

export const doctorCommand = command({
  name: 'doctor',
  summary: 'checks the node; verifies everything or rebuilds what is derived',
  words: '[NAME…]',
  most: 20,
  options: {
    'verify': { type: 'boolean', summary: 'checks every page, signature, hash and file' },
    'rebuild': { type: 'boolean', summary: 'makes the projections anew from the log: all, or those named' },
  },
  examples: [
    ['doctor', 'a quick look'],
    ['doctor --verify', 'everything, with how far it is and what it has checked'],
    ['doctor --rebuild library', 'the library and its search index, from the log'],
  ],
  more: 'Where the store does not open it says which file is damaged, how, and what to do. Exit code 1: something is wrong.',
  async run({ values, words, context }) {
    for (const name of words) mustTake('--rebuild', takes.name, name)
    if (words.length > 0 && !values.rebuild) throw new VivimError('bad-request', 'Names of projections go with --rebuild.')
    const opened = await openOrDamages(context)
    if (!('call' in opened)) return tellDamages(context, opened)
    await using node = opened
    if (values.rebuild) await rebuild(context, node, words)
    if (values.verify) return await verify(context, node)
    return values.rebuild ? 0 : await look(context, node)
  },
})

interface Finding {
  readonly ok: boolean
  readonly what: string
  readonly remedy?: string
}
/** So much free disk is enough for big work, in bytes. */
const plenty = 1_000_000_000

async function look(context: Context, node: NodeClient): Promise<ExitCode> {
  const { terminal, signal } = context
  const config = context.config()
  const status = await node.call('status.get', {}, signal)
  const { free } = await node.call('storage.get', {}, signal)
  const mode = config.platform === 'win32' ? 0o700 : (await stat(config.dataDirectory)).mode & 0o777
  const findings: Finding[] = [
    {
      ok: status.integrity.state !== 'damaged',
      what: `The store is ${status.integrity.state}.`,
      remedy: 'Restore a backup, or look closer: vivim doctor --verify',
    },
    ...status.integrity.problems.map((problem) => ({ ok: false, what: oneLine(problem) })),
    {
      ok: (mode & 0o077) === 0,
      what: `The data directory is ${config.dataDirectory}${mode & 0o077 ? ', and other users can look into it' : ''}.`,
      remedy: `chmod 700 ${config.dataDirectory}`,
    },
    { ok: free > plenty, what: `${bytes(free)} are free on its disk.`, remedy: 'Make room before the next import.' },
    { ok: true, what: `The keys rest in: ${status.keychain}.` },
    { ok: true, what: node.remote ? 'The node runs.' : 'The node does not run; “vivim serve” starts it.' },
    ...status.warnings.map(({ text }) => ({ ok: false, what: oneLine(text) })),
  ]
  if (terminal.json) terminal.printJson({ findings })
  else
    for (const { ok, what, remedy } of findings)
      terminal.print(`${ok ? 'ok' : terminal.bold('!!')}  ${what}${!ok && remedy ? ` → ${remedy}` : ''}`)
  return status.integrity.state === 'damaged' ? 1 : 0
}

const checkedOf = ({ events, chunks, files, seconds }: { events: number; chunks: number; files: number; seconds: number }) =>
  `${counted(events, 'event')}, ${counted(chunks, 'part')} of their payloads and ${counted(files, 'file')}, checked in ${duration(seconds)}`

async function verify({ terminal, signal }: Context, node: NodeClient): Promise<ExitCode> {
  const progress = terminal.progress()
  const found: { where: string; what: string }[] = []
  try {
    for await (const { event, data } of node.events('doctor.verify', {}, signal)) {
      if (event === 'progress')
        progress.show({ stage: data.stage, done: data.done, total: data.total, detail: number(data.done) })
      else if (event === 'problem') {
        progress.end()
        found.push(data)
        if (!terminal.json) terminal.print(`${terminal.bold('!!')}  ${oneLine(data.where)}: ${oneLine(data.what)}`)
      } else {
        progress.end()
        if (terminal.json) terminal.printJson({ ...data, found })
        else
          terminal.print(
            data.problems === 0
              ? `Everything is sound: ${checkedOf(data)}.`
              : `${counted(data.problems, 'problem')} in ${checkedOf(data)}. Restore a backup, or try “vivim doctor --rebuild”.`,
          )
        return data.problems === 0 ? 0 : 1
      }
    }
  } finally {
    progress.end()
  }
  throw new VivimError('unavailable', 'The node stopped before everything was checked.')
}

async function rebuild({ terminal, signal }: Context, node: NodeClient, projections: readonly string[]): Promise<void> {
  const progress = terminal.progress()
  try {
    for await (const { event, data } of node.events(
      'doctor.rebuild',
      projections.length > 0 ? { projections: [...projections] } : {},
      signal,
    )) {
      if (event === 'progress')
        progress.show({ stage: data.stage, done: data.done, total: data.total, detail: number(data.done) })
      else {
        progress.end()
        if (terminal.json) terminal.printJson(data)
        else terminal.print(`Rebuilt from ${counted(data.events, 'event')} in ${duration(data.seconds)}.`)
        return
      }
    }
  } finally {
    progress.end()
  }
  throw new VivimError('unavailable', 'The node stopped before all was rebuilt; it goes on at the next start.')
}
