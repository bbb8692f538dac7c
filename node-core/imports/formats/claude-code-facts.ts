/** What Claude Code's lines say beside messages: the session's circumstances, and its titles. */
import type { Json, JsonObject } from '../../contract/content.ts'
import { type Fields, keepRest, str, text } from './fields.ts'

/** What hardly ever changes within a session: kept once, and again at the message from which on it is another. */
const circumstances = ['sessionId', 'cwd', 'version', 'gitBranch', 'userType', 'entrypoint', 'slug'] as const

const lineFields = new Set<string>([
  'type',
  'uuid',
  'parentUuid',
  'timestamp',
  'message',
  'isSidechain',
  'isMeta',
  'agentId',
  'toolUseResult',
  'content',
  ...circumstances,
])

export interface Facts {
  /** The circumstances at the session's beginning. */
  readonly first: Readonly<Fields>
  /** What a line says that nothing else holds. */
  of(line: JsonObject): Fields
}

export function sessionFacts(): Facts {
  const first: Fields = {}
  const now: Fields = {}
  return {
    first,
    of(line) {
      const left: Fields = {}
      for (const name of circumstances) {
        const value = line[name]
        if (value === undefined || value === null || value === now[name]) continue
        if (first[name] === undefined) first[name] = value
        else left[name] = value
        now[name] = value
      }
      return keepRest(left, line, lineFields)
    },
  }
}

/** By precedence. */
const titleFields: ReadonlyMap<string, string> = new Map([
  ['custom-title', 'customTitle'],
  ['ai-title', 'aiTitle'],
  ['agent-name', 'agentName'],
])

export interface Titles {
  /** True where the line was a title. */
  add(line: JsonObject): boolean
  /** The title by precedence; a summary counts where it ends at a message of this session (`isOwn`), or is the only one. */
  best(isOwn: (leaf: string) => boolean, summaries: ReadonlyMap<string, string>, ids: Iterable<string>): string | undefined
  /** Everything that was said, for keeping. */
  readonly all: Json[]
}

export function sessionTitles(): Titles {
  const latest = new Map<string, string>()
  const own: { summary: string; leaf: string | undefined }[] = []
  const all: Json[] = []
  return {
    all,
    add(line) {
      const type = str(line['type']) ?? ''
      const field = titleFields.get(type)
      const title = text(line[field ?? 'summary'])
      if ((!field && type !== 'summary') || !title) return false
      if (field) latest.set(type, title)
      else own.push({ summary: title, leaf: text(line['leafUuid']) })
      all.push(line)
      return true
    },
    best(isOwn, summaries, ids) {
      for (const type of titleFields.keys()) if (latest.has(type)) return latest.get(type)
      const mine = own.findLast(({ leaf }) => leaf !== undefined && isOwn(leaf))
      if (mine) return mine.summary
      let others: string | undefined
      if (summaries.size > 0) for (const id of ids) others = summaries.get(id) ?? others
      return others ?? (own.length === 1 ? own[0]?.summary : undefined)
    },
  }
}
