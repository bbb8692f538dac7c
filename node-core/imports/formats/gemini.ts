/**
 * Gemini from Google Takeout: the activity log of “Gemini Apps” (older: Bard), as JSON or HTML, in the person's
 * language. It has no conversations, only single questions with their answers, newest first; threads are put
 * together by us (see `gemini-threads.ts`) and say so.
 */
import type { Attachment, Conversation, JsonObject, Message } from '../../contract/content.ts'
import { htmlToText } from '../reading/html.ts'
import { baseName, dirName, headText } from './detect.ts'
import type { ExportFile, ExportSource, Format, FormatContext } from './format.ts'
import { type Activity, activitiesOf, isGemini } from './gemini-activities.ts'
import { fitInto, joinThreads, messageIds } from './gemini-joins.ts'
import { planThreads } from './gemini-threads.ts'
import { kindOf, mimeOf } from './mime.ts'
import { put } from './put.ts'

/** Takeout's HTML begins with its whole style sheet. */
const htmlHead = 256 * 1024

export const gemini: Format = {
  source: 'gemini',
  name: 'gemini',

  async detect(source) {
    for (const file of ofInterest(source).slice(0, 24)) if (await holdsActivities(file)) return 1
    return 0
  },

  /**
   * Reads every file twice: first to see which records belong together (some 100 bytes are kept of each), then to
   * yield each thread as soon as all of it was read. The files are newest first, so that few are open at a time;
   * any other order costs memory and nothing else.
   */
  async *read(source, context) {
    const files: ExportFile[] = []
    for (const file of ofInterest(source)) if (await holdsActivities(file)) files.push(file)
    const plan = planThreads()
    for (const file of files) {
      plan.nextFile()
      for await (const activity of activitiesOf(file, context.signal)) if (!('error' in activity)) plan.add(activity)
    }
    const threads = plan.finish()
    const beside = besideOf(source)
    const open = new Map<number, { activity: Activity; file: ExportFile; place: number }[]>()
    let place = -1
    for (const file of files) {
      for await (const activity of activitiesOf(file, context.signal)) {
        if ('error' in activity) {
          yield { type: 'unreadable', ref: `${file.path} #${activity.index + 1}`, reason: activity.error }
          continue
        }
        place++
        const thread = threads.threadOf(place)
        if (thread === undefined) continue
        const members = open.get(thread) ?? []
        members.push({ activity, file, place })
        if (members.length < threads.sizeOf(thread)) {
          open.set(thread, members)
          continue
        }
        open.delete(thread)
        members.sort((a, b) => threads.rankOf(a.place) - threads.rankOf(b.place))
        const ids = members.flatMap(({ activity }) => Object.values(messageIds(activity)))
        const stored = (await context.holding?.(ids)) ?? []
        for (const joined of joinThreads(members, stored)) {
          const conversation = await readThread(joined.members, beside, context)
          if (joined.kept) fitInto(conversation, joined.kept)
          yield { type: 'conversation', ref: refOf(file, conversation), conversation }
        }
      }
    }
  },
}

const refOf = (file: ExportFile, { title }: Conversation) => `${file.path}${title ? ` “${title}”` : ''}`

/** The files that may be the log: named or placed so, or the only one. */
function ofInterest(source: ExportSource): readonly ExportFile[] {
  const logs = source.files.filter(({ path }) => /\.(?:json|html?)$/i.test(path))
  if (source.files.length === 1) return source.files
  // Names and folders are in the person's language; only the product's name is the same in all.
  const weight = ({ path }: ExportFile) => (/gemini|bard/i.test(path) ? 2 : /activ|activit|actividad|aktivit/i.test(path) ? 1 : 0)
  return logs.sort((a, b) => weight(b) - weight(a))
}

async function holdsActivities(file: ExportFile): Promise<boolean> {
  if (!/\.html?$/i.test(file.path)) {
    const head = await headText(file)
    if (/^\s*(?:﻿)?\s*\[?\s*\{/.test(head) && /"(?:safeHtmlItem|titleUrl|title)"/.test(head) && /"(?:header|products)"/.test(head))
      return isGemini(head)
    if (!/^\s*</.test(head)) return false
  }
  const head = await headText(file, htmlHead)
  return head.includes('outer-cell') && head.includes('content-cell') && isGemini(head)
}

/** Files that stand beside the log, by folder and name. */
function besideOf(source: ExportSource): (log: ExportFile, name: string) => ExportFile | undefined {
  const byPath = new Map(source.files.map((file) => [file.path, file]))
  return (log, name) => byPath.get(dirName(log.path) + name)
}

interface Member {
  activity: Activity
  file: ExportFile
}

async function readThread(
  members: readonly Member[],
  beside: (log: ExportFile, name: string) => ExportFile | undefined,
  context: FormatContext,
): Promise<Conversation> {
  const messages: Message[] = []
  const append = (id: string, role: 'user' | 'assistant', { time }: Activity): Message => {
    const message: Message = { id, parent: messages.at(-1)?.id ?? null, role, parts: [] }
    put(message, 'time', time)
    messages.push(message)
    return message
  }
  const attach = async (message: Message, names: readonly string[], file: ExportFile) => {
    for (const name of names) message.parts.push(await readAttachment(name, beside(file, name), context))
  }
  for (const { activity, file } of members) {
    if (activity.prompt !== '' || activity.attached.length > 0) {
      const question = append(messageIds(activity).question, 'user', activity)
      await attach(question, activity.attached, file)
      if (activity.prompt !== '') question.parts.push({ type: 'text', text: activity.prompt })
      if (activity.answers.length === 0) put(question, 'extra', activity.extra)
    }
    if (activity.answers.length === 0 && activity.pictures.length === 0) continue
    const answer = append(messageIds(activity).answer, 'assistant', activity)
    for (const [index, html] of activity.answers.entries()) {
      const text = htmlToText(html)
      if (text === '') continue
      const citations: readonly JsonObject[] = index === 0 ? activity.sources : []
      answer.parts.push(citations.length > 0 ? { type: 'text', text, citations } : { type: 'text', text })
    }
    await attach(answer, activity.pictures, file)
    put(answer, 'extra', activity.extra)
  }
  const first = members[0]?.activity
  const conversation: Conversation = { source: 'gemini', key: `thread:${first?.id ?? ''}`, inferred: true, messages }
  put(conversation, 'title', titleOf(members))
  put(conversation, 'created', first?.time)
  put(conversation, 'updated', members.at(-1)?.activity.time)
  return conversation
}

/** The first line of the first question: the log has no titles. */
function titleOf(members: readonly Member[]): string | undefined {
  const line = members.map(({ activity }) => activity.prompt.trim().split('\n', 1)[0]?.trim()).find((found) => found)
  if (line === undefined || line.length <= 80) return line
  const cut = line.slice(0, 80)
  const space = cut.lastIndexOf(' ')
  return `${(space > 40 ? cut.slice(0, space) : cut).replace(/[\uD800-\uDBFF]$/, '')}…`
}

async function readAttachment(name: string, file: ExportFile | undefined, context: FormatContext): Promise<Attachment> {
  const mime = mimeOf(undefined, name)
  const part: Attachment = { type: 'attachment', kind: kindOf(mime), name: baseName(name), mime, pointer: name }
  if (file === undefined) return part
  part.size = file.size
  part.blob = await context.attach(file)
  return part
}
