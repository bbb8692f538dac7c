/** `vivim backup`: a sealed copy of the whole store, and whether one is good. `vivim backups`: those that the node makes by itself. */
import { resolve } from 'node:path'
import type { backups } from '../../contract/api/backups.ts'
import { catalogue } from '../../contract/errors.ts'
import type { Output } from '../../contract/method.ts'
import { command, type ExitCode } from '../cli/arguments.ts'
import type { Context } from '../cli/context.ts'
import { bytes, duration, moment } from '../cli/format.ts'
import { isFolder, refuseExisting } from '../cli/new-file.ts'
import { phraseOption, takePhrase } from '../cli/phrases.ts'
import { takes } from '../cli/takes.ts'

const backup = command({
  name: 'backup',
  summary: 'writes a sealed copy of the whole store, as of one moment',
  words: 'FILE|FOLDER',
  least: 1,
  options: {
    verify: { type: 'boolean', summary: 'reads one instead, and all that it builds on, and says whether they are good' },
    ...phraseOption,
  },
  examples: [
    ['backup /media/usb/vivim-2024-03-01.backup', 'while the node runs or not'],
    ['backup /media/usb', 'into a folder: after the first one only what is new'],
    ['backup --verify /media/usb', 'checks the newest there, to the last byte'],
  ],
  more: 'Nobody can read it without your 24 words, which “vivim restore” asks for, and --verify too.',
  async run({ values, words: [file = ''], context }) {
    const { terminal, signal, connect } = context
    const path = resolve(file)
    if (values.verify) return await verify(path, values['phrase-file'], context)
    if (!(await isFolder(path))) await refuseExisting(path)
    await using node = await connect()
    if (!terminal.json) terminal.say('Copying …')
    const written = await node.call('backups.create', { path }, signal)
    if (terminal.json) terminal.printJson(written)
    else {
      const what = written.kind === 'increment' ? ', what is new since the one before it' : ''
      terminal.say(
        `Written: ${written.path} (${bytes(written.bytes)}${what}) in ${duration(written.seconds)}. It opens with your 24 words.`,
      )
    }
    return 0
  },
})

/** Needs no node: the words open a backup. */
async function verify(path: string, phraseFile: string | undefined, { terminal, signal }: Context): Promise<ExitCode> {
  const phrase = await takePhrase(terminal, phraseFile, signal)
  const { verifyBackup } = await import('../../backup/chain.ts')
  const progress = terminal.progress()
  try {
    const show = (done: number, total: number) => progress.show({ stage: 'Checking', done, total, detail: bytes(done) })
    const { manifest, backups: files, bytes: size } = await verifyBackup(path, phrase, show, signal)
    const { created, accounts } = manifest
    progress.end()
    if (terminal.json) terminal.printJson({ created, accounts, files, bytes: size })
    else
      terminal.say(
        `Good: everything as of ${moment(created)} can be brought back (${files === 1 ? '1 file' : `${files} files`}, ${bytes(size)}).`,
      )
    return 0
  } finally {
    progress.end()
  }
}

type Schedule = Output<(typeof backups)['backups.schedule']>

function say({ terminal }: Context, schedule: Schedule): void {
  const { folder, every, keep, last, next, trouble } = schedule
  if (terminal.json) {
    terminal.printJson(schedule)
    return
  }
  if (folder === null) terminal.print('The node makes no backups by itself. “vivim backups set FOLDER” changes that.')
  else {
    terminal.print(`Every ${every} h into ${folder}; ${keep} whole ones stay, each with what was new after it.`)
    if (next !== null) terminal.print(`Next: ${moment(next)}, while the node runs.`)
  }
  if (last) terminal.print(`Last: ${moment(last.created)}, ${last.path} (${bytes(last.bytes)})`)
  if (trouble) terminal.print(`The last try failed, ${moment(trouble.at)}: ${catalogue[trouble.code].title}`)
}

const show = command({
  name: 'backups show',
  summary: 'shows where to and when the node backs itself up',
  examples: [['backups show', 'and how the last one went']],
  async run({ context }) {
    await using node = await context.connect()
    say(context, await node.call('backups.schedule', {}, context.signal))
    return 0
  },
})

const set = command({
  name: 'backups set',
  summary: 'makes the node back itself up into a folder',
  words: 'FOLDER',
  least: 1,
  options: {
    every: { type: 'string', value: 'HOURS', takes: takes.amount, summary: 'how often (24); at most every 720 hours' },
    keep: {
      type: 'string',
      value: 'N',
      takes: takes.amount,
      summary: 'how many whole backups stay, each with its increments (3)',
    },
  },
  examples: [['backups set /media/usb/vivim --every 12', 'twice a day, while the node runs']],
  more: 'Choose a folder on another disk. Backups that a person put there stay.',
  async run({ values, words: [folder = ''], context }) {
    await using node = await context.connect()
    const { every, keep } = await node.call('backups.schedule', {}, context.signal)
    const plan = {
      folder: resolve(folder),
      every: values.every === undefined ? every : Number(values.every),
      keep: values.keep === undefined ? keep : Number(values.keep),
    }
    say(context, await node.call('backups.set-schedule', plan, context.signal))
    return 0
  },
})

const off = command({
  name: 'backups off',
  summary: 'stops the node’s own backups; those that are there stay',
  examples: [['backups off', 'until they are set again']],
  async run({ context }) {
    await using node = await context.connect()
    const { every, keep } = await node.call('backups.schedule', {}, context.signal)
    say(context, await node.call('backups.set-schedule', { folder: null, every, keep }, context.signal))
    return 0
  },
})

export const backupCommands = [backup, show, set, off]
