/**
 * Claude Code: a JSONL file per session, as one file, a project's folder, `~/.claude/projects`, or a ZIP of these.
 * What subagents did stands in `<session>/subagents/agent-*.jsonl` (before: `agent-*.jsonl` beside the session, before
 * that inline) and becomes part of the session that started them.
 */
import { jsonOf } from '../reading/json.ts'
import { type ClaudeCodeSession, claudeCodeSession } from './claude-code-session.ts'
import { baseName, dirName, headText } from './detect.ts'
import { damaged, jsonLines } from './documents.ts'
import { obj, text } from './fields.ts'
import type { ExportFile, ExportSource, Format, FormatContext, Found } from './format.ts'
import { anyHead, candidates, fileStem, lineShapes } from './heads.ts'

const besides = /^(?:queue-operation|ai-title|custom-title|agent-name|last-prompt|permission-mode|mode)$/
/** A line's `uuid` may stand behind a message longer than what is looked at; its `parentUuid` stands in front. */
const isSession = (head: string) =>
  lineShapes(head).some((shape) => {
    const type = shape.get('type') ?? ''
    if (shape.has('sessionId'))
      return shape.has('parentUuid') || (shape.has('uuid') && shape.has('message')) || besides.test(type)
    return (type === 'summary' && shape.has('leafUuid')) || (type === 'file-history-snapshot' && shape.has('snapshot'))
  })

export const claudeCode: Format = {
  source: 'claude-code',
  name: 'claude-code',
  detect: async (source) => ((await anyHead(candidates(source, '.jsonl'), isSession)) ? 1 : 0),

  async *read(source, context) {
    const files = candidates(source, '.jsonl')
    const agents = await agentsBySession(files)
    const outputs = outputsBySession(source)
    const summaries = files.length > 1 ? await summariesOf(files) : new Map<string, string>()
    for (const file of files) {
      if (files.length > 1 && isAgent(file)) continue
      const path = sessionPath(file)
      const beside: Beside = { agents: agents.get(path) ?? [], outputs: outputs.get(path) ?? [], summaries }
      agents.delete(path)
      yield* readSession(file, beside, files, context)
    }
    // Subagents whose session is not in the export are conversations of their own.
    for (const file of [...agents.values()].flat())
      yield* readSession(file, { agents: [], outputs: [], summaries }, files, context)
  },
}

/** What belongs to a session and stands in other files. */
interface Beside {
  agents: readonly ExportFile[]
  /** Long results of tools, each named by its call. */
  outputs: readonly ExportFile[]
  summaries: ReadonlyMap<string, string>
}

const isAgent = (file: ExportFile) => /^agent-[^/]*\.jsonl$/i.test(baseName(file.path))
/** A session's path without its ending: the folder that holds what belongs to it. */
const sessionPath = (file: ExportFile) => dirName(file.path) + fileStem(file.path)

async function agentsBySession(files: readonly ExportFile[]): Promise<Map<string, ExportFile[]>> {
  const found = new Map<string, ExportFile[]>()
  if (files.length === 1) return found
  for (const file of files) {
    if (!isAgent(file)) continue
    const folder = dirName(file.path)
    const inside = /^(.*)\/subagents\//.exec(folder)?.[1]
    const session = inside ?? folder + (lineShapes(await headText(file), 1)[0]?.get('sessionId') ?? '?')
    found.set(session, [...(found.get(session) ?? []), file])
  }
  return found
}

function outputsBySession(source: ExportSource): Map<string, ExportFile[]> {
  const found = new Map<string, ExportFile[]>()
  for (const file of source.files) {
    const session = /^(.*)\/tool-results\/[^/]+$/.exec(file.path)?.[1]
    if (session !== undefined) found.set(session, [...(found.get(session) ?? []), file])
  }
  return found
}

/** Summaries stand at the beginning of files, often of other sessions': by the id of the message that each ends at. */
async function summariesOf(files: readonly ExportFile[]): Promise<Map<string, string>> {
  const summaries = new Map<string, string>()
  for (const file of files) {
    const head = await headText(file)
    if (!head.includes('"leafUuid"')) continue
    for (const line of head.split('\n', 200)) {
      const value = line.includes('"leafUuid"') && line.endsWith('}') ? obj(jsonOf(Buffer.from(line))) : undefined
      const [summary, leaf] = [text(value?.['summary']), text(value?.['leafUuid'])]
      if (summary && leaf) summaries.set(leaf, summary)
    }
  }
  return summaries
}

async function* readSession(
  file: ExportFile,
  beside: Beside,
  files: readonly ExportFile[],
  context: FormatContext,
): AsyncIterable<Found> {
  const session = claudeCodeSession(context, fileStem(file.path))
  for (const part of [file, ...beside.agents]) {
    const agent = part === file ? undefined : fileStem(part.path).replace(/^agent-/i, '')
    const broken = await readLines(session, part, files, context, agent)
    if (broken) return yield broken
  }
  for (const output of beside.outputs) await session.output(fileStem(output.path), output)
  const conversation = session.finish(beside.summaries)
  if (!conversation) return
  yield { type: 'conversation', ref: conversation.title ? `${file.path} “${conversation.title}”` : file.path, conversation }
}

/** Answers what is wrong with the file, where it cannot be read to its end: nothing of a session is kept by halves. */
async function readLines(
  session: ClaudeCodeSession,
  file: ExportFile,
  files: readonly ExportFile[],
  context: FormatContext,
  agent?: string,
): Promise<Found | undefined> {
  try {
    for await (const line of jsonLines(file, context.signal)) {
      if ('value' in line) await session.add(line.number, line.value, agent)
      // The last line of a session that was killed breaks off; its text is kept with the conversation.
      else if (line.text !== undefined) session.keep({ file: baseName(file.path), line: line.number, text: line.text })
      else return { type: 'unreadable', ref: `${file.path} line ${line.number}`, reason: line.error }
    }
    return undefined
  } catch (error) {
    return damaged(files.length === 1, error)
  }
}
