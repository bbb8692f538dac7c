import { useEffect, useMemo, useRef } from 'react'
import { VList, type VListHandle } from 'virtua'
import type { ConversationId, MessageId } from '../../../node-core/contract/ids.ts'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { ErrorNotice } from '../../components/notice.tsx'
import { type OutlineEntry, useOutline } from '../../queries/conversation.ts'
import css from './outline.module.css'
import { type Top, useTop } from './top.ts'

/** The questions and headings of what is read; the one that is on the screen is marked. */
export function Outline(props: {
  conversation: ConversationId
  leaf: MessageId | undefined
  top: Top
  go: (entry: OutlineEntry) => void
}) {
  const { conversation, leaf, top, go } = props
  const text = useText()
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useOutline(conversation, leaf)
  const entries = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data])
  const current = useTop(top, (index) =>
    Math.max(
      0,
      entries.findLastIndex((entry) => entry.index <= index),
    ),
  )
  const list = useRef<VListHandle>(null)
  useEffect(() => {
    list.current?.scrollToIndex(current, { align: 'nearest' })
  }, [current])
  const shallowest = useMemo(() => Math.min(6, ...entries.flatMap(({ level }) => (level > 0 ? [level] : []))), [entries])

  if (error && !data) return <ErrorNotice error={error} again={() => void refetch()} />
  if (!data) return null
  if (entries.length === 0) return <p className={css.none}>{text('reader.outline.none')}</p>
  return (
    <>
      <VList ref={list} className={css.list} data={entries}>
        {(entry, at) => (
          <button
            key={entry.unit}
            type="button"
            className={css.entry}
            data-kind={entry.kind}
            style={{
              paddingInlineStart: `calc(var(--space-3) * ${entry.kind === 'question' ? 1 : 2 + entry.level - shallowest})`,
            }}
            aria-current={at === current ? 'location' : undefined}
            onClick={() => go(entry)}
          >
            <span dir="auto">{entry.text}</span>
          </button>
        )}
      </VList>
      {hasNextPage && (
        <Button kind="quiet" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {text('reader.outline.more')}
        </Button>
      )}
    </>
  )
}
