import { Dialog, DialogDismiss, DialogHeading } from '@ariakit/react'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useIntl } from 'react-intl'
import { Link } from 'wouter'
import type { MessageId } from '../../../node-core/contract/ids.ts'
import { useText } from '../../app/language.tsx'
import buttons from '../../components/button.module.css'
import dialogs from '../../components/dialog.module.css'
import { sourceNames } from '../../components/source-name.ts'
import type { Conversation } from '../../queries/conversation.ts'
import { useImport } from '../../queries/imports.ts'
import css from './details.module.css'

/** What is known of a conversation beside its words: where it comes from, what it holds, where its branches end. */
export function Details(props: {
  conversation: Conversation
  leaf: MessageId | null | undefined
  go: (leaf: MessageId) => void
  close: () => void
}) {
  const { conversation, leaf, go, close } = props
  const text = useText()
  const intl = useIntl()
  const { source, key, kind, created, updated, models, project, messages, branches, imports, leaves, leavesTotal, inferred } =
    conversation
  const when = (time: number) => intl.formatDate(time, { dateStyle: 'long', timeStyle: 'short' })
  return (
    <Dialog open onClose={close} className={dialogs['dialog']} backdrop={<div className={dialogs['backdrop']} />}>
      <div className={css.top}>
        <DialogHeading className={dialogs['heading']}>{text('reader.details')}</DialogHeading>
        <DialogDismiss className={buttons['icon']} aria-label={text('reader.close')}>
          <X size={18} strokeWidth={1.75} aria-hidden />
        </DialogDismiss>
      </div>
      <dl className={css.facts}>
        <Fact name={text('reader.details.source')}>{sourceNames[source]}</Fact>
        <Fact name={text('reader.details.key')}>
          <code dir="ltr">{key}</code>
        </Fact>
        {kind && <Fact name={text('reader.details.kind')}>{kind}</Fact>}
        {models.length > 0 && <Fact name={text('reader.details.models')}>{intl.formatList(models, { type: 'unit' })}</Fact>}
        {project && (
          <Fact name={text('reader.details.project')}>
            <bdi>{project}</bdi>
          </Fact>
        )}
        {created !== null && <Fact name={text('reader.details.created')}>{when(created)}</Fact>}
        {updated !== null && <Fact name={text('reader.details.updated')}>{when(updated)}</Fact>}
        <Fact name={text('reader.details.messages')}>{text('reader.details.messages.count', { count: messages, branches })}</Fact>
        <Fact name={text('reader.details.imports')}>
          <ul>
            {imports.map((run, at) => (
              <ImportLink key={run} run={run} number={at + 1} />
            ))}
          </ul>
        </Fact>
      </dl>
      {inferred && <p className={css.word}>{text('reader.details.inferred')}</p>}
      {leaves.length > 1 && (
        <section className={css.branches} aria-labelledby="reader-leaves">
          <h2 id="reader-leaves">{text('reader.details.leaves')}</h2>
          <ol className={css.leaves}>
            {leaves.map(({ message, time, messages: count }, at) => (
              <li key={message}>
                <button type="button" aria-current={message === leaf ? 'true' : undefined} onClick={() => go(message)}>
                  <span>{time === null ? text('reader.details.leaf', { number: at + 1 }) : when(time)}</span>
                  <span>{text('reader.details.leaf.messages', { count })}</span>
                </button>
              </li>
            ))}
          </ol>
          {leavesTotal > leaves.length && (
            <p className={css.word}>{text('reader.details.leaves.more', { count: leavesTotal - leaves.length })}</p>
          )}
        </section>
      )}
    </Dialog>
  )
}

function ImportLink({ run, number }: { run: Conversation['imports'][number]; number: number }) {
  const text = useText()
  const intl = useIntl()
  const { data } = useImport(run)
  return (
    <li>
      <Link href={`/import/${run}`}>
        {data ? (
          <>
            <bdi>{data.name}</bdi>, {intl.formatDate(data.started, { dateStyle: 'medium' })}
          </>
        ) : (
          text('reader.details.import', { number })
        )}
      </Link>
    </li>
  )
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)
