/**
 * Claude's account export: conversations, projects, memories and design chats, in one ZIP, in several that a
 * manifest ties together (a folder of them), or as a bare file.
 */
import { jsonElements } from '../reading/json.ts'
import { readConversation } from './claude-conversation.ts'
import { readDesignChat } from './claude-design.ts'
import { readMemories, readProject } from './claude-documents.ts'
import { baseName } from './detect.ts'
import { obj, refOf, str, text } from './fields.ts'
import type { ExportFile, ExportSource, Format, Found } from './format.ts'
import { type ElementKeys, filesOf, someFile } from './lists.ts'
import { firstOfItsKey } from './once.ts'
import { repaired } from './tree.ts'

const named = /^conversations(?:[-_]\d+)?\.json$/i
const isChat = (has: ElementKeys) =>
  (has('uuid') && (has('chat_messages') || (has('messages') && has('name')))) || (has('chat_messages') && has('name'))
const isDocument = (has: ElementKeys) => has('conversations_memory') || (has('uuid') && has('prompt_template'))

/** What a file of the export holds, by its place. */
const places: readonly (readonly [RegExp, 'project' | 'memories' | 'design'])[] = [
  [/(?:^|\/)projects\.json$|(?:^|\/)projects\/[^/]+\.json$/i, 'project'],
  [/(?:^|\/)memories\.json$|(?:^|\/)memories\/[^/]+\.json$/i, 'memories'],
  [/(?:^|\/)design_chats(?:\/[^/]+)?\.json$/i, 'design'],
]

export const claude: Format = {
  source: 'claude',
  name: 'claude',

  async detect(source) {
    if (await someFile(source, isChat)) return 1
    const beside = source.files.some(({ path }) => /(?:^|\/)design_chats\/[^/]+\.json$/i.test(path))
    return beside || (await someFile(source, isDocument)) ? 0.7 : 0
  },

  async *read(source, { signal }) {
    const isFirst = firstOfItsKey()
    const projects = await projectNames(source, signal)
    for (const file of await chatFiles(source)) {
      for await (const element of jsonElements(file, { signal })) {
        const ref = refOf(file.path, element.index, 'value' in element ? str(obj(element.value)?.['name']) : undefined)
        const read = 'error' in element ? { reason: element.error } : readConversation(element.value, projects)
        if ('reason' in read) yield { type: 'unreadable', ref, reason: read.reason }
        else if (isFirst(read)) yield { type: 'conversation', ref, conversation: read, ...repaired(read) }
      }
    }
    for (const file of source.files) {
      const place = placeOf(file)
      if (place !== undefined) yield* readBeside(file, place, isFirst, signal)
    }
  },
}

const placeOf = ({ path }: ExportFile) => places.find(([pattern]) => pattern.test(path))?.[1]

async function chatFiles(source: ExportSource): Promise<ExportFile[]> {
  const files = await filesOf(source, named, isChat)
  return files.filter((file) => placeOf(file) === undefined && !/^(?:users|manifest.*)\.json$/i.test(baseName(file.path)))
}

async function* readBeside(
  file: ExportFile,
  place: 'project' | 'memories' | 'design',
  isFirst: ReturnType<typeof firstOfItsKey>,
  signal: AbortSignal,
): AsyncIterable<Found> {
  for await (const element of jsonElements(file, { signal })) {
    const value = 'value' in element ? obj(element.value) : undefined
    const ref = refOf(file.path, element.index, text(value?.['name']) ?? text(value?.['title']))
    if ('error' in element) {
      yield { type: 'unreadable', ref, reason: element.error }
      continue
    }
    const read =
      place === 'project'
        ? readProject(element.value)
        : place === 'memories'
          ? readMemories(element.value)
          : readDesignChat(element.value)
    if ('reason' in read) yield { type: 'unreadable', ref, reason: read.reason }
    else if (isFirst(read)) yield { type: 'conversation', ref, conversation: read, ...repaired(read) }
  }
}

/** Names of projects by their ids: conversations name only the id. */
async function projectNames(source: ExportSource, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  for (const file of source.files) {
    if (placeOf(file) !== 'project') continue
    for await (const element of jsonElements(file, { signal })) {
      const project = 'value' in element ? obj(element.value) : undefined
      const id = text(project?.['uuid'])
      const name = text(project?.['name'])
      if (id && name) names.set(id, name)
    }
  }
  return names
}
