import { NotebookPen } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { Link } from 'wouter'
import type { ConversationId } from '../../../node-core/contract/ids.ts'
import { useNow } from '../../app/clock.tsx'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { FilterButton } from '../../components/filters/filter-button.tsx'
import { FilterChips } from '../../components/filters/filter-chips.tsx'
import { Radios } from '../../components/filters/filter-panel.tsx'
import { countFilters, filterInput, libraryDefaults } from '../../components/filters/filters.ts'
import { Loading } from '../../components/loading.tsx'
import { ErrorNotice } from '../../components/notice.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { usePaced } from '../../components/use-paced.ts'
import { useWindowKey } from '../../components/use-window-key.ts'
import { useConversations } from '../../queries/conversations.ts'
import { longestQuery, useHits } from '../../queries/search.ts'
import { type Told, useActions } from './actions.tsx'
import { ConversationList, type ListHandle } from './conversation-list.tsx'
import { type Entry, entryOf, entryOfHit } from './entries.ts'
import css from './library.module.css'
import { useLibraryState } from './library-state.ts'
import { Nothing } from './nothing.tsx'

const minute = 60_000
/** Typing asks the node at this pace, in milliseconds. */
const pace = 50

/** So long what was done is told, and can be undone here, in milliseconds. */
const toldTime = 5000
const undoTime = 15_000

/** The library's list with its filters. `beside`: something else is the page's matter, such as the conversation that is read. */
export function ListPane(props: { open: ConversationId | undefined; beside: boolean; held: boolean }) {
  const { open, beside, held } = props
  const text = useText()
  const now = useNow(minute)
  const [{ filters, order, words, active }, change] = useLibraryState()
  const asked = usePaced(words.trim(), pace)
  const handle = useRef<ListHandle>(null)
  const field = useRef<HTMLInputElement>(null)
  // The day's beginning is what periods count from: within a day the question stays the same.
  const input = useMemo(() => filterInput(filters, now), [filters, now])
  const list = useConversations(input, order, () => handle.current?.visible() ?? 0)
  const byTitle = asked !== ''
  const hits = useHits({ q: asked, kind: ['title'], ...input }, 50)
  const [told, tell] = useState<Told>()
  useEffect(() => {
    if (!told) return
    const timer = setTimeout(() => tell(undefined), told.undo ? undoTime : toldTime)
    return () => clearTimeout(timer)
  }, [told])
  const left = useRef(false)
  const gone = useCallback(() => {
    left.current = true
  }, [])
  const actions = useActions({ open, tell, gone })

  const { items } = list
  const listed = useMemo(
    () => items?.filter(({ archived }) => filters.archived === 'both' || archived === (filters.archived === 'only')),
    [items, filters.archived],
  )
  const entries = useMemo(
    (): readonly Entry[] | undefined =>
      byTitle
        ? hits.data?.pages.flatMap((page) => page.items.flatMap((hit) => entryOfHit(hit) ?? []))
        : listed?.map((one) => entryOf(one, order)),
    [byTitle, hits.data, listed, order],
  )
  const { loadMore: loadList } = list
  const { fetchNextPage, hasNextPage } = hits
  const loadMore = useCallback(async () => {
    if (!byTitle) return await loadList()
    return hasNextPage ? (await fetchNextPage()).isSuccess : false
  }, [byTitle, loadList, hasNextPage, fetchNextPage])
  // On a phone the list has the keys again when its conversation is left.
  const before = useRef(open)
  useEffect(() => {
    if (before.current && !open && document.activeElement === document.body) handle.current?.enter()
    before.current = open
  }, [open])
  const setActive = useCallback((id: ConversationId) => change({ active: id }), [change])
  const toField = useCallback(() => field.current?.focus(), [])
  useWindowKey('f', toField)

  // Who was at a conversation that left the list goes on at its neighbour.
  // biome-ignore lint/correctness/useExhaustiveDependencies: after each change of the list.
  useEffect(() => {
    if (!left.current || document.activeElement !== document.body) return
    left.current = false
    handle.current?.enter()
  }, [entries])

  const error = byTitle ? hits.error : list.error
  const Title = beside ? 'h2' : 'h1'
  return (
    <section className={css.pane} aria-label={text('library.list')}>
      <header className={css.head}>
        <div className={css.titles}>
          <Title className={css.name}>{text('app.library')}</Title>
          <span className={css.tools}>
            <Link href="/notes" className={css.notes} aria-label={text('notes.title')} title={text('notes.title')}>
              <NotebookPen size={16} strokeWidth={1.75} aria-hidden />
            </Link>
            <FilterButton
              label={text('library.filter')}
              filters={filters}
              defaults={libraryDefaults}
              change={(next) => change({ filters: next })}
            >
              <div className={css.order}>
                <Radios
                  name={text('library.order')}
                  titled
                  choices={[
                    { value: 'updated', label: text('library.order.updated') },
                    { value: 'created', label: text('library.order.created') },
                  ]}
                  chosen={order}
                  choose={(next) => change({ order: next })}
                />
              </div>
            </FilterButton>
          </span>
        </div>
        <SearchField
          ref={field}
          label={text('library.find')}
          value={words}
          maxLength={longestQuery}
          change={(next) => change({ words: next })}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return
            if (event.key === 'ArrowDown' || (event.key === 'Enter' && entries?.length)) {
              event.preventDefault()
              handle.current?.enter()
            } else if (event.key === 'Escape' && words !== '') {
              event.preventDefault()
              change({ words: '' })
            }
          }}
        />
        <FilterChips filters={filters} defaults={libraryDefaults} change={(next) => change({ filters: next })} />
      </header>
      {error && (
        <div className={css.notice}>
          <ErrorNotice error={error} again={() => (byTitle ? void hits.refetch() : list.again())} />
        </div>
      )}
      {!entries && !error && <Loading />}
      {entries && entries.length > 0 && (
        <ConversationList
          key={byTitle ? 'titles' : 'list'}
          name={byTitle ? `titles ${asked}` : JSON.stringify([input, order])}
          entries={entries}
          grouped={!byTitle}
          heading={beside ? 'h3' : 'h2'}
          now={now}
          open={open}
          active={active}
          setActive={setActive}
          loadMore={loadMore}
          press={actions.press}
          onMenu={actions.openMenu}
          leave={toField}
          handle={handle}
          foot={(byTitle ? hits.isFetchingNextPage : list.loadingMore) && <p className={css.foot}>{text('app.loading')}</p>}
        />
      )}
      {entries?.length === 0 && !error && !(byTitle ? hits.isFetching : list.stale) && (
        <Nothing
          held={held}
          words={byTitle ? asked : ''}
          filters={countFilters(filters, libraryDefaults)}
          clear={() => change({ filters: libraryDefaults })}
          showArchived={filters.archived === 'hidden' ? () => change({ filters: { ...filters, archived: 'both' } }) : undefined}
        />
      )}
      {actions.element}
      <div className={css.told} role="status">
        {told && <span>{told.words}</span>}
        {told?.undo && (
          <Button kind="quiet" onClick={told.undo}>
            {text('library.undo')}
          </Button>
        )}
      </div>
    </section>
  )
}
