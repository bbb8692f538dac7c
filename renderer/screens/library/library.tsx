import { useEffect } from 'react'
import { Link, Redirect } from 'wouter'
import { conversationId } from '../../../node-core/contract/api/fields.ts'
import { useAhead } from '../../app/ahead.ts'
import { ScreenBoundary } from '../../app/broken.tsx'
import { chunk } from '../../app/chunk.tsx'
import { useText } from '../../app/language.tsx'
import { usePreference } from '../../app/preferences-context.tsx'
import { BackLink } from '../../components/back-link.tsx'
import buttons from '../../components/button.module.css'
import { beginConfirm } from '../../components/confirm.tsx'
import { Empty } from '../../components/empty.tsx'
import { beginFilters } from '../../components/filters/filter-button.tsx'
import { Loading } from '../../components/loading.tsx'
import { useImports } from '../../queries/imports.ts'
import { useStatus } from '../../queries/status.ts'
import { beginMenu } from './actions.tsx'
import { Home } from './home.tsx'
import css from './library.module.css'
import { ListPane } from './list-pane.tsx'
import { NothingAtAll } from './nothing.tsx'
import { rememberOpened } from './recent.ts'

/** Milliseconds after which the page has time. */
const settled = 150
const reader = chunk(() => import('../reader/reader.tsx'))
const beginParts = async () => {
  await reader.begin()
  await Promise.all([beginFilters(), beginMenu(), beginConfirm()])
}

/** The library: the list of conversations and, beside it, the one that is read. On a phone one of the two. */
export function Library({ conversation }: { conversation?: string | undefined }) {
  const text = useText()
  const [{ welcomed }] = usePreference()
  const { data: status, isPending: statusPending } = useStatus()
  const { runs: imports, isPending: importsPending } = useImports()
  const address = conversationId.safeParse(conversation)
  const open = address.success ? address.data : undefined
  useEffect(() => {
    if (open) rememberOpened(open)
  }, [open])
  useAhead(beginParts, settled)

  // Whether somebody is new is known before the list is shown to them.
  if (!welcomed && conversation === undefined && (statusPending || importsPending)) return <Loading />
  const empty = status?.account.conversations === 0 && conversation === undefined
  if (empty && imports?.length === 0) {
    if (!welcomed) return <Redirect to="/welcome" replace />
    return (
      <div className={css.empty}>
        <h1 className="visually-hidden">{text('app.library')}</h1>
        <NothingAtAll />
      </div>
    )
  }
  const back = (
    <div className={css.back}>
      <BackLink to="/" name={text('app.library')} />
    </div>
  )
  return (
    <div className={css.library} data-open={conversation !== undefined || undefined}>
      <div className={css.side}>
        <ListPane open={open} beside={conversation !== undefined} held={!empty} />
      </div>
      <div className={css.reading}>
        {open ? (
          <div className={css.reader}>
            <ScreenBoundary>
              <reader.Part key={open} conversation={open} leading={back} meanwhile={<Loading />} />
            </ScreenBoundary>
          </div>
        ) : conversation === undefined ? (
          <Home />
        ) : (
          <>
            {back}
            <h1 className="visually-hidden">{text('reader')}</h1>
            <Empty
              title={text('reader.gone.title')}
              actions={
                <>
                  <Link href="/search" className={[buttons['button'], buttons['plain']].join(' ')}>
                    {text('library.nothing.search')}
                  </Link>
                  <Link href="/import" className={[buttons['button'], buttons['plain']].join(' ')}>
                    {text('reader.gone.imports')}
                  </Link>
                </>
              }
            >
              {text('reader.gone.text')}
            </Empty>
          </>
        )}
      </div>
    </div>
  )
}
