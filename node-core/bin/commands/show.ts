/** `vivim show`: a conversation along one of its branches, a message, or a unit. */
import type { ConversationId, MessageId, UnitId } from '../../contract/ids.ts'
import { splitMessageId } from '../../contract/ids.ts'
import { command } from '../cli/arguments.ts'
import type { Context } from '../cli/context.ts'
import { counted, day, harmless, oneLine } from '../cli/format.ts'
import { parseAny, parseMessage } from '../cli/ids.ts'
import { createReader } from '../cli/reader.ts'
import { takes } from '../cli/takes.ts'
import type { Terminal } from '../cli/terminal.ts'
import { asItCame, versionsIn } from '../cli/versions.ts'
import type { NodeClient, OutputOf } from '../client/client.ts'

interface Wish {
  readonly branch: MessageId | undefined
  readonly all: boolean
  readonly original: boolean
}

export const showCommand = command({
  name: 'show',
  summary: 'shows a conversation, a message or a unit',
  words: 'ID',
  least: 1,
  options: {
    'branch': {
      type: 'string',
      value: 'MESSAGE',
      takes: takes.message,
      summary: 'the branch through this message, which is pointed at',
    },
    'all': { type: 'boolean', summary: 'hidden messages, reasoning and tools in full' },
    'original': { type: 'boolean', summary: 'texts as they were imported, without your own versions' },
  },
  examples: [
    ['show ID', 'a conversation as its provider shows it'],
    ['show CONVERSATION --branch MESSAGE', 'another branch: ‹2/3› names the messages to switch to'],
    ['show UNIT > program.py', 'a code block alone'],
    ['show ID --json', 'everything, for programs'],
  ],
  async run({ values: { branch, all, original }, words: [id = ''], context }) {
    const asked = parseAny(id)
    const wish = { branch: branch === undefined ? undefined : parseMessage(branch), all, original }
    await using node = await context.connect()
    if (asked.kind === 'unit') await showUnit(context, node, asked.id, wish)
    else if (asked.kind === 'message') await showMessage(context, node, asked.id, wish)
    else await showConversation(context, node, asked.id, wish)
    return 0
  },
})

async function showConversation(
  { terminal, signal }: Context,
  node: NodeClient,
  conversation: ConversationId,
  { branch, all, original }: Wish,
): Promise<void> {
  const head = await node.call('conversations.get', { conversation }, signal)
  const path = { conversation, leaf: branch, limit: 200 }
  if (terminal.json) {
    const messages: OutputOf<'messages.get'>[] = []
    let page = await node.call('conversations.messages', path, signal)
    messages.push(...page.items)
    while (page.next !== null) {
      page = await node.call('conversations.messages', { ...path, cursor: page.next }, signal)
      messages.push(...page.items)
    }
    return terminal.printJson({ conversation: head, leaf: page.leaf, messages })
  }
  for (const line of headLines(head, terminal)) terminal.print(line)
  const asEdited = original ? asItCame : await versionsIn(node, conversation, signal)
  const reader = createReader(terminal, { all, mark: branch, asEdited })
  let page = await node.call('conversations.units', path, signal)
  for (;;) {
    for (const unit of page.items) write(terminal, reader.add(unit))
    if (page.next === null) break
    page = await node.call('conversations.units', { ...path, cursor: page.next }, signal)
  }
  write(terminal, reader.end())
}

async function showMessage(
  { terminal, signal }: Context,
  node: NodeClient,
  message: MessageId,
  { original }: Wish,
): Promise<void> {
  if (terminal.json) return terminal.printJson(await node.call('messages.get', { message }, signal))
  const { conversation } = splitMessageId(message)
  const path = { conversation, leaf: message, limit: 200 }
  const asEdited = original ? asItCame : await versionsIn(node, conversation, signal)
  const reader = createReader(terminal, { all: true, asEdited })
  let page = await node.call('conversations.units', { ...path, start: message }, signal)
  reading: for (;;) {
    for (const unit of page.items) {
      if (unit.message !== message) break reading
      write(terminal, reader.add(unit))
    }
    if (page.next === null) break
    page = await node.call('conversations.units', { ...path, cursor: page.next }, signal)
  }
  write(terminal, reader.end())
  if (terminal.shown) terminal.say(terminal.dim(`In its conversation: vivim show ${conversation} --branch ${message}`))
}

async function showUnit({ terminal, signal }: Context, node: NodeClient, id: UnitId, { original }: Wish): Promise<void> {
  const came = await node.call('units.get', { unit: id }, signal)
  if (terminal.json) return terminal.printJson(came)
  const asEdited = original ? asItCame : await versionsIn(node, id, signal)
  const { unit } = asEdited(came)
  // Into a file goes what is there, into a terminal what cannot harm it.
  const text = unit.code ?? unit.text
  const shown = terminal.shown ? harmless(text) : text
  write(terminal, shown.endsWith('\n') || !terminal.shown ? shown : `${shown}\n`)
  if (terminal.shown)
    terminal.say(
      terminal.dim(`In its conversation: vivim show ${splitMessageId(unit.message).conversation} --branch ${unit.message}`),
    )
}

const write = (terminal: Terminal, text: string): void => {
  if (text !== '') terminal.streams.output.write(text)
}

function headLines(
  { id, title, source, created, models, project, tags, messages, branches, leaves, leavesTotal }: OutputOf<'conversations.get'>,
  look: Terminal,
): string[] {
  const facts = [
    source,
    created === null ? undefined : day(created),
    ...models.map(oneLine),
    project ? `project ${oneLine(project)}` : undefined,
    counted(messages, 'message'),
    branches > 0 ? `${branches} on other branches` : undefined,
    ...tags.map((tag) => `#${oneLine(tag)}`),
  ].filter((fact) => fact !== undefined)
  const others = leaves.slice(1, 6).map(({ message }) => look.dim(`  another branch: --branch ${message}`))
  const more = leavesTotal - 1 - others.length
  return [
    look.bold(oneLine(title ?? 'Without a title')),
    look.dim(facts.join(' · ')),
    look.dim(id),
    ...others,
    ...(more > 0 ? [look.dim(`  … and ${more} more`)] : []),
  ]
}
