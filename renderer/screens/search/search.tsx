import { useCallback, useEffect, useMemo, useRef } from 'react'
import { useIntl } from 'react-intl'
import { useNow } from '../../app/clock.tsx'
import { useEntryState } from '../../app/entry-state.ts'
import { useText } from '../../app/language.tsx'
import { FilterButton } from '../../components/filters/filter-button.tsx'
import { FilterChips } from '../../components/filters/filter-chips.tsx'
import { countFilters, type Filters, filterInput, searchDefaults } from '../../components/filters/filters.ts'
import { ErrorNotice } from '../../components/notice.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { usePaced } from '../../components/use-paced.ts'
import { longestQuery, useHits } from '../../queries/search.ts'
import { Before } from './before.tsx'
import { foundOf } from './found.ts'
import { onWords, takeWords } from './handed.ts'
import { NoHits } from './no-hits.tsx'
import { rememberSearch } from './recent.ts'
import { Results, type ResultsHandle } from './results.tsx'
import css from './search.module.css'

/** Typing asks the node at this pace, in milliseconds. */
const pace = 50
const pageSize = 30
/** Above this a number of hits is told as the estimate that it may be. */
const told = 200
/** Where the hits of a page are of fewer conversations than these, the next ones are looked for too … */
const fewConversations = 8
/** … but not further than so many pages: all of them may be of one. */
const mostPages = 10
const hour = 3_600_000

/** Everything that was found, with filters. */
export default function Search() {
  const text = useText()
  const intl = useIntl()
  const now = useNow(hour)
  const [words, setWords] = useEntryState('words', '')
  const [filters, setFilters] = useEntryState<Filters>('filters', searchDefaults)
  const [order, setOrder] = useEntryState<'rank' | 'newest'>('order', 'rank')
  const field = useRef<HTMLInputElement>(null)
  const results = useRef<ResultsHandle>(null)

  useEffect(() => {
    const take = () => {
      const handed = takeWords()
      if (handed !== undefined) setWords(handed)
    }
    take()
    return onWords(take)
  }, [setWords])
  // Typing can begin at once; who came back goes on where they were.
  // biome-ignore lint/correctness/useExhaustiveDependencies: on arrival alone.
  useEffect(() => {
    if (words === '') field.current?.focus({ preventScroll: true })
    return () => rememberSearch(latest.current)
  }, [])
  const latest = useRef(words)
  latest.current = words

  const asked = usePaced(words.trim(), pace)
  const input = useMemo(
    () => ({ ...filterInput(filters, now), ...(filters.role.length > 0 && { role: [...filters.role] }) }),
    [filters, now],
  )
  const hits = useHits({ q: asked, order, ...input }, pageSize)
  const found = useMemo(() => foundOf(hits.data?.pages.flatMap(({ items }) => items) ?? []), [hits.data])
  const total = hits.data?.pages[0]?.total ?? 0
  const asking = asked !== '' && words.trim() !== ''
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = hits
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage()
  }, [isFetchingNextPage, fetchNextPage])

  const pages = hits.data?.pages.length ?? 0
  const few = asking && hasNextPage && !hits.isPlaceholderData && found.length < fewConversations
  useEffect(() => {
    if (few && pages < mostPages) more()
  }, [few, pages, more])

  return (
    // Says what the results on the screen are of: while the next are looked for, those of the last words stay.
    <div className={css.search} data-results-for={asking && hits.data && !hits.isPlaceholderData ? asked : undefined}>
      <header className={css.head}>
        <h1 className="visually-hidden">{text('app.search')}</h1>
        <SearchField
          ref={field}
          large
          label={text('search.field')}
          value={words}
          maxLength={longestQuery}
          enterKeyHint="search"
          change={setWords}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return
            if (event.key === 'ArrowDown' || event.key === 'Enter') {
              event.preventDefault()
              rememberSearch(words)
              results.current?.enter()
            } else if (event.key === 'Escape' && words !== '') {
              event.preventDefault()
              rememberSearch(words)
              setWords('')
            }
          }}
        />
        <div className={css.tools}>
          <p className={css.total} role="status">
            {asking &&
              hits.data &&
              !hits.isPlaceholderData &&
              total > 0 &&
              text(total > told ? 'search.about' : 'search.total', {
                count: total > told ? Number(total.toPrecision(2)) : total,
              })}
          </p>
          {asking && (
            <div className={css.order} role="radiogroup" aria-label={text('search.order')}>
              {(['rank', 'newest'] as const).map((one) => (
                <label key={one}>
                  <input type="radio" name="order" checked={order === one} onChange={() => setOrder(one)} />
                  <span>{text(`search.order.${one}`)}</span>
                </label>
              ))}
            </div>
          )}
          <FilterButton label={text('library.filter')} filters={filters} defaults={searchDefaults} change={setFilters} messages />
        </div>
        <FilterChips filters={filters} defaults={searchDefaults} change={setFilters} />
      </header>
      {!asking && (
        <Before
          choose={(chosen) => {
            setWords(chosen)
            field.current?.focus()
          }}
        />
      )}
      {asking && hits.error && (
        <div className={css.column}>
          <ErrorNotice error={hits.error} again={() => void hits.refetch()} />
        </div>
      )}
      {asking && !hits.error && hits.data && found.length === 0 && (
        <NoHits
          words={asked}
          stale={hits.isPlaceholderData}
          filters={countFilters(filters, searchDefaults)}
          clear={() => setFilters(searchDefaults)}
        />
      )}
      {asking && !hits.error && found.length > 0 && (
        <Results
          ref={results}
          found={found}
          name={JSON.stringify([asked, order, input])}
          more={hasNextPage ? more : undefined}
          loading={isFetchingNextPage}
          rest={few}
          opened={() => rememberSearch(words)}
          leave={() => field.current?.focus()}
        />
      )}
      <span className="visually-hidden" role="status">
        {asking && hits.data && total === 0 && !hits.isFetching ? intl.formatMessage({ id: 'search.none' }) : ''}
      </span>
    </div>
  )
}
