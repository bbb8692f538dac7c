/**
 * Codex CLI: a session per file, in three shapes. Now: JSONL of `{timestamp, type, payload}`. Before: JSONL of bare
 * items under a first line `{id, timestamp, instructions}`. First: one JSON object `{session, items}`.
 */

import type { Json, JsonObject } from '../../contract/content.ts'
import { importReason } from '../../contract/import-reasons.ts'
import { jsonElements } from '../reading/json.ts'
import { codexSession } from './codex-session.ts'
import { baseName, headText } from './detect.ts'
import { damaged, jsonLines } from './documents.ts'
import { arr, obj, text } from './fields.ts'
import type { ExportFile, ExportSource, Format, FormatContext, Found } from './format.ts'
import { anyHead, candidates, fileStem, lineShapes, shapeOf } from './heads.ts'

const envelopes = new Set(['session_meta', 'response_item', 'event_msg', 'turn_context', 'compacted'])
const isLines = (head: string) =>
  lineShapes(head, 8).some(
    (shape, index) =>
      (shape.has('payload') && envelopes.has(shape.get('type') ?? '')) ||
      shape.has('record_type') ||
      (index === 0 && shape.has('id') && shape.has('timestamp') && shape.has('instructions') && !shape.has('type')),
  )
const isObject = (head: string) => {
  const shape = shapeOf(head)
  return shape.has('session.id') && shape.has('items')
}
const named = /^rollout-.*\.jsonl?$/i

export const codex: Format = {
  source: 'codex',
  name: 'codex',
  async detect(source) {
    if (await anyHead(candidates(source, '.jsonl', '.json'), (head) => isLines(head) || isObject(head))) return 1
    return source.files.some(({ path }) => named.test(baseName(path))) ? 0.4 : 0
  },

  async *read(source, context) {
    const titles = await threadNames(source, context)
    for (const file of candidates(source, '.jsonl', '.json')) {
      try {
        yield* readFile(file, source, titles, context)
      } catch (error) {
        yield damaged(source.files.length === 1, error)
      }
    }
  },
}

async function* readFile(
  file: ExportFile,
  source: ExportSource,
  titles: ReadonlyMap<string, string>,
  context: FormatContext,
): AsyncIterable<Found> {
  const head = await headText(file)
  const old = !isLines(head) && isObject(head)
  if (!old && !isLines(head) && !named.test(baseName(file.path))) {
    if (source.files.length === 1) yield { type: 'unreadable', ref: file.path, reason: importReason('no-session') }
    return
  }
  const session = codexSession(context, fileStem(file.path))
  if (old) {
    for await (const element of jsonElements(file, { signal: context.signal })) {
      if ('error' in element) yield { type: 'unreadable', ref: file.path, reason: element.error }
      else await addObject(session, obj(element.value) ?? {})
    }
  } else {
    for await (const line of jsonLines(file, context.signal)) {
      if ('value' in line) await session.add(line.number, line.value)
      // The last line of a session that was killed breaks off; its text is kept with the conversation.
      else if (line.text !== undefined) session.keep({ line: line.number, text: line.text })
      // nothing of a session is kept by halves
      else return yield { type: 'unreadable', ref: `${file.path} line ${line.number}`, reason: line.error }
    }
  }
  const conversation = session.finish(titles)
  if (!conversation) return
  yield { type: 'conversation', ref: conversation.title ? `${file.path} “${conversation.title}”` : file.path, conversation }
}

async function addObject(session: ReturnType<typeof codexSession>, value: JsonObject): Promise<void> {
  await session.add(0, { type: 'session_meta', payload: value['session'] ?? {} })
  for (const [index, item] of (arr(value['items']) ?? []).entries()) await session.add(index + 1, item)
}

/** `session_index.jsonl` beside the sessions: `{id, thread_name}`, the later lines outrank the earlier. */
async function threadNames(source: ExportSource, { signal }: FormatContext): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  for (const file of source.files) {
    if (baseName(file.path) !== 'session_index.jsonl') continue
    for await (const line of jsonLines(file, signal)) {
      const entry: Json | undefined = 'value' in line ? line.value : undefined
      const [id, name] = [text(obj(entry)?.['id']), text(obj(entry)?.['thread_name'])]
      if (id && name) names.set(id, name)
    }
  }
  return names
}
