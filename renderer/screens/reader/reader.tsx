import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import { isVivimError } from '../../../node-core/contract/errors.ts'
import type { ConversationId } from '../../../node-core/contract/ids.ts'
import { useText } from '../../app/language.tsx'
import buttons from '../../components/button.module.css'
import { Empty } from '../../components/empty.tsx'
import { ErrorNotice } from '../../components/notice.tsx'
import { useConversation } from '../../queries/conversation.ts'
import { Announcer } from './announce.tsx'
import { ReaderConversationProvider } from './conversation-context.ts'
import { positionOf, positionOfEntry, presentEntry } from './positions.ts'
import css from './reader.module.css'
import { Skeleton } from './skeleton.tsx'
import { Talk } from './talk.tsx'
import { useAddress } from './use-address.ts'
import { useStart } from './use-start.ts'

/** One conversation, to be read. `leading` stands at the beginning of its tools: a way back, where there is one. */
export default function Reader({ conversation, leading }: { conversation: ConversationId; leading?: ReactNode }) {
  return (
    <ReaderConversationProvider key={conversation} value={conversation}>
      <Announcer>
        <Opened conversation={conversation} leading={leading} />
      </Announcer>
    </ReaderConversationProvider>
  )
}

function Opened({ conversation, leading }: { conversation: ConversationId; leading: ReactNode }) {
  const text = useText()
  const { data, error, refetch } = useConversation(conversation)
  const { leaf, unit, setLeaf } = useAddress(conversation)
  const path = { conversation, leaf }
  // An entry of the history that was left is shown as it was left, whatever its address says.
  const [entry] = useState(() => presentEntry(path))
  const [left] = useState(() => positionOfEntry(entry))
  const start = useStart(path, unit)
  const found = start.data
  const moved = found?.leaf
  useEffect(() => {
    if (moved && found) setLeaf(moved, found.unit)
  }, [moved, found, setLeaf])
  const [skipped] = useState(() => (left ? unit : undefined))
  const goal = found && !moved && found.unit !== skipped ? found : undefined
  const opened = useRef(false)

  if (isVivimError(error, 'not-found'))
    return (
      <Frame leading={leading}>
        <Empty
          title={text('reader.gone.title')}
          actions={
            <Link href="/" className={`${buttons['button']} ${buttons['plain']}`}>
              {text('app.library')}
            </Link>
          }
        >
          {text('reader.gone.text')}
        </Empty>
      </Frame>
    )
  const failed = data ? start.error : error
  if (failed && !opened.current)
    return (
      <Frame leading={leading}>
        <ErrorNotice
          error={failed}
          again={() => {
            void refetch()
            if (unit) void start.refetch()
          }}
        />
      </Frame>
    )
  const placed = unit === undefined || left !== undefined || goal !== undefined
  if (!data || !(placed || opened.current)) return <Skeleton leading={leading} title={data?.title ?? undefined} />
  opened.current = true
  return (
    <Talk
      conversation={data}
      leaf={leaf}
      position={left ?? (unit === undefined ? positionOf(path) : undefined)}
      goal={goal}
      setLeaf={setLeaf}
      leading={leading}
    />
  )
}

/** A place for what is shown instead of a conversation. */
function Frame({ leading, children }: { leading: ReactNode; children: ReactNode }) {
  const text = useText()
  return (
    <section className={css.reader} aria-label={text('reader')}>
      <div className={css.alone}>
        <div className={css.strip}>{leading}</div>
        <h1 className="visually-hidden">{text('reader')}</h1>
        <div className={css.middle}>{children}</div>
      </div>
    </section>
  )
}
