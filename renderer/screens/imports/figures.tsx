import { Fragment } from 'react'
import { useIntl } from 'react-intl'
import { useText } from '../../app/language.tsx'
import { formatBytes } from '../../components/bytes.ts'
import type { MessageId } from '../../messages/shape.ts'
import type { ImportFinding, ImportReport } from '../../queries/imports.ts'
import css from './report.module.css'
import { useReason } from './use-reason.ts'

type Row = readonly [name: MessageId, value: number | string, what?: MessageId]

/** What of a stopped import is counted: the rest is known only at the end of what it reads. */
const countedWhenStopped: ReadonlySet<MessageId> = new Set([
  'imports.figures.new',
  'imports.figures.updated',
  'imports.figures.total',
  'imports.figures.added',
  'imports.figures.documents',
  'imports.figures.time',
])

/** Every number of the report, and the warnings. */
export function Figures({ report }: { report: ImportReport }) {
  const text = useText()
  const intl = useIntl()
  const { conversations, messages, attachments, documents, warnings, bytes, seconds, complete } = report
  const groups: readonly (readonly [MessageId, readonly Row[]])[] = [
    [
      'imports.figures.conversations',
      [
        ['imports.figures.new', conversations.imported],
        ['imports.figures.updated', conversations.updated, 'imports.figures.updated.what'],
        ['imports.figures.unchanged', conversations.unchanged, 'imports.figures.unchanged.what'],
        ['imports.figures.unreadable', conversations.unreadableTotal],
      ],
    ],
    [
      'imports.figures.messages',
      [
        ['imports.figures.total', messages.total],
        ['imports.figures.added', messages.added],
        ['imports.figures.had', messages.alreadyHad],
        ['imports.figures.branches', messages.branches, 'imports.figures.branches.what'],
        ['imports.figures.hidden', messages.hidden, 'imports.figures.hidden.what'],
        ['imports.figures.unknown', messages.unknownTypes, 'imports.figures.unknown.what'],
      ],
    ],
    [
      'imports.figures.files',
      [
        ['imports.figures.stored', attachments.stored],
        ['imports.figures.missing', attachments.missing, 'imports.figures.missing.what'],
        ['imports.figures.documents', documents, 'imports.figures.documents.what'],
      ],
    ],
    [
      'imports.figures.import',
      [
        ['imports.figures.size', formatBytes(bytes, intl)],
        [
          'imports.figures.time',
          text('imports.figures.seconds', { seconds: seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds) }),
        ],
      ],
    ],
  ]
  return (
    <section className={css.section}>
      <h2>{text('imports.figures')}</h2>
      {warnings.length > 0 && (
        <div className={css.warnings}>
          <h3>{text('imports.warnings')}</h3>
          <ul>
            {warnings.map((warning, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: they neither move nor change
              <Warning key={index} finding={warning} />
            ))}
          </ul>
        </div>
      )}
      <table className={css.figures}>
        <tbody>
          {groups.map(([name, rows]) => (
            <Fragment key={name}>
              <tr>
                <th colSpan={2} scope="rowgroup">
                  {text(name)}
                </th>
              </tr>
              {rows
                .filter(([row]) => complete || countedWhenStopped.has(row))
                .map(([row, value, what]) => (
                  <tr key={row}>
                    <th scope="row">
                      {text(row)}
                      {what && value !== 0 && <small>{text(what)}</small>}
                    </th>
                    <td data-none={value === 0 || undefined}>{typeof value === 'number' ? intl.formatNumber(value) : value}</td>
                  </tr>
                ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Warning({ finding }: { finding: ImportFinding }) {
  const { words, lang } = useReason()(finding)
  return (
    <li>
      {finding.ref !== '' && (
        <>
          <bdi>{finding.ref}</bdi>
          <br />
        </>
      )}
      <span lang={lang} dir="auto">
        {words}
      </span>
    </li>
  )
}
