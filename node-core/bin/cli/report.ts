/** An import's report as text. */
import type { ImportReport } from '../../contract/api/imports.ts'
import { counted, duration, harmless, number, oneLine } from './format.ts'
import type { Terminal } from './terminal.ts'

/** Unreadable conversations that are listed; the JSON has more. */
const shownUnreadable = 20

export function reportLines(report: ImportReport, look: Pick<Terminal, 'bold'>): string[] {
  const { conversations, messages, attachments, documents, warnings, complete } = report
  const { unreadable, unreadableTotal } = conversations
  const more = unreadableTotal - Math.min(unreadable.length, shownUnreadable)
  return [
    `${look.bold(oneLine(report.name))}: ${report.format ?? 'unknown format'}, ${stateOf(report)}, ${duration(report.seconds)}`,
    `  Conversations  ${listed([
      `${number(conversations.imported)} new`,
      some(conversations.updated, 'updated'),
      some(conversations.unchanged, 'already here'),
      some(unreadableTotal, 'unreadable'),
    ])}`,
    `  Messages       ${listed([
      `${number(messages.total)} in the export`,
      `${number(messages.added)} new`,
      some(messages.alreadyHad, 'already here'),
      some(messages.branches, 'on other branches'),
      some(messages.hidden, 'hidden by the provider'),
      some(messages.unknownTypes, 'parts of unknown type (kept as they came)'),
    ])}`,
    // of one that was stopped they are not counted
    ...(complete
      ? [`  Attachments    ${listed([`${number(attachments.stored)} stored`, some(attachments.missing, 'not in the export')])}`]
      : []),
    ...(documents > 0
      ? [`  Documents      ${counted(documents, 'project, memory or the like', 'projects, memories and the like')}`]
      : []),
    ...warnings.map(({ ref, reason }) => `  Note: ${oneLine(ref === '' ? reason : `${ref}: ${reason}`)}`),
    ...(unreadableTotal > 0 ? ['  Could not be read:'] : []),
    ...unreadable.slice(0, shownUnreadable).map(({ ref, reason }) => `    ${harmless(ref)}: ${oneLine(reason)}`),
    ...(more > 0 ? [`    … and ${number(more)} more; --json lists the first 1,000.`] : []),
    ...(report.error
      ? [
          `  ${[report.error.title, report.error.detail]
            .filter(Boolean)
            .map((text) => oneLine(text ?? ''))
            .join(' ')}`,
        ]
      : []),
  ]
}

const some = (value: number, what: string): string | undefined => (value > 0 ? `${number(value)} ${what}` : undefined)
const listed = (parts: readonly (string | undefined)[]): string => parts.filter(Boolean).join(', ')
const stateOf = ({ state }: ImportReport): string => (state === 'undone' ? 'undone: hidden, erased after 30 days' : state)
