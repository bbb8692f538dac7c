/** `vivim watch`: folders whose new files are imported by themselves. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { FolderSuggestion, WatchedFolder } from '../../contract/api/watching.ts'
import { catalogue, VivimError } from '../../contract/errors.ts'
import { command } from '../cli/arguments.ts'
import { bytes, counted, oneLine } from '../cli/format.ts'
import type { NodeClient } from '../client/client.ts'

const programs = { 'claude-code': 'Claude Code', 'codex': 'Codex', 'downloads': 'Downloads' } as const

const list = command({
  name: 'watch',
  summary: 'lists the folders whose new files are imported by themselves, and those that could be',
  examples: [['watch', 'and how each one goes']],
  async run({ context: { terminal, signal, connect } }) {
    await using node = await connect()
    const { items } = await node.call('watching.list', {}, signal)
    const { items: suggestions } = await node.call('watching.suggest', {}, signal)
    if (terminal.json) {
      terminal.printJson({ items, suggestions })
      return 0
    }
    for (const item of items) for (const line of linesOf(item)) terminal.print(line)
    if (items.length === 0) terminal.say('No folder is watched.')
    for (const one of suggestions.filter(({ watched }) => !watched)) terminal.say(offerOf(one))
    if (items.length > 0 && !node.remote) terminal.say('They are looked into while the node runs (“vivim serve”).')
    return 0
  },
})

function linesOf({ path, kind, state, files, pending, trouble, failed }: WatchedFolder): string[] {
  const what = kind === 'sessions' ? counted(files, 'session') : `${counted(files, 'export')} imported`
  const waiting = pending > 0 ? `, ${pending} to come` : ''
  return [
    `${state.padEnd(9)}  ${oneLine(path)}  (${what}${waiting})`,
    ...(trouble ? [`           ${catalogue[trouble.code].title}`] : []),
    ...failed.map((one) => `           ${oneLine(one.path)}: ${catalogue[one.code].title}`),
  ]
}
const offerOf = ({ program, path, kind, files, bytes: size }: FolderSuggestion): string =>
  kind === 'sessions'
    ? `${programs[program]} has ${counted(files, 'session')} (${bytes(size)}) in ${oneLine(path)}: “vivim watch add ${program}”`
    : `New exports in ${oneLine(path)} can be imported as they come: “vivim watch add ${program}”`

const add = command({
  name: 'watch add',
  summary: 'imports what is in a folder, and what comes into it from now on',
  words: 'FOLDER',
  least: 1,
  options: {
    exports: { type: 'boolean', summary: 'it is a folder of downloads: takes the exports that come, and leaves all else alone' },
    given: { type: 'boolean', summary: 'of downloads: the exports too that are there already' },
  },
  examples: [
    ['watch add claude-code', 'the sessions of Claude Code; also: codex, downloads'],
    ['watch add ~/work/sessions', 'session files of either in another folder, and below it'],
    ['watch add ~/Desktop --exports', 'exports that are saved there'],
  ],
  more: 'The node looks while it runs. An import from a watched folder is one like any other: “vivim imports undo ID” takes it back.',
  async run({ values, words: [text = ''], context: { terminal, signal, connect } }) {
    const named = await stat(resolve(text)).catch(() => undefined)
    await using node = await connect()
    const known = named ? undefined : await suggested(node, text, signal)
    if (!named && !known) throw new VivimError('not-found', `No folder: ${resolve(text)}`)
    const folder = known ?? { path: resolve(text), kind: values.exports ? ('exports' as const) : ('sessions' as const) }
    const added = await node.call('watching.set', { path: folder.path, kind: folder.kind, given: values.given ?? false }, signal)
    if (terminal.json) terminal.printJson(added)
    else terminal.say(`${oneLine(added.path)} is watched${node.remote ? '' : ' while the node runs (“vivim serve”)'}.`)
    return 0
  },
})

async function suggested(node: NodeClient, program: string, signal: AbortSignal): Promise<FolderSuggestion | undefined> {
  if (!Object.hasOwn(programs, program)) return undefined
  const { items } = await node.call('watching.suggest', {}, signal)
  const found = items.find((one) => one.program === program)
  if (!found) throw new VivimError('not-found', `This machine has no folder of ${program}.`)
  return found
}

const remove = command({
  name: 'watch remove',
  summary: 'watches a folder no longer; what was imported from it stays',
  words: 'FOLDER',
  least: 1,
  examples: [['watch remove ~/.claude/projects', 'by its path, as “vivim watch” shows it']],
  async run({ words: [text = ''], context: { terminal, signal, connect } }) {
    await using node = await connect()
    const program = (await node.call('watching.suggest', {}, signal)).items.find((one) => one.program === text && one.watched)
    const path = program?.path ?? resolve(text)
    await node.call('watching.remove', { path }, signal)
    if (terminal.json) terminal.printJson({ path })
    else terminal.say(`${oneLine(path)} is watched no longer.`)
    return 0
  },
})

export const watchCommands = [list, add, remove]
