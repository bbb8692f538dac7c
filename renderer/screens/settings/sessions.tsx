import { useState } from 'react'
import { useIntl } from 'react-intl'
import { isVivimError } from '../../../node-core/contract/errors.ts'
import { useText } from '../../app/language.tsx'
import { useSession } from '../../app/session-context.tsx'
import { Button } from '../../components/button.tsx'
import { Confirm } from '../../components/confirm.tsx'
import { Loading } from '../../components/loading.tsx'
import { ErrorNotice, Notice } from '../../components/notice.tsx'
import { Actions, Page, Part } from '../../components/parts.tsx'
import { SpokenTime } from '../../components/spoken-time.tsx'
import { type SessionEntry, useEndSessions, useSessions } from '../../queries/sessions.ts'
import { NewLink } from './new-link.tsx'
import { mayOf } from './session-rights.ts'
import css from './sessions.module.css'
import { SignOut } from './sign-out.tsx'

/** Who may come in without being a device: browsers that were signed in by a link. */
export function SessionsSection() {
  const text = useText()
  const session = useSession()
  const { data, error, refetch } = useSessions()
  return (
    <Page title={text('settings.sessions')} lead={text('settings.sessions.lead')}>
      <Part title={text('settings.sessions.list')}>
        {data ? (
          <SessionList items={data.items.filter(({ device }) => device === undefined)} />
        ) : isVivimError(error, 'forbidden') ? (
          <Notice>
            <p>{text('settings.sessions.forbidden')}</p>
          </Notice>
        ) : error ? (
          <ErrorNotice error={error} again={() => void refetch()} />
        ) : (
          <Loading />
        )}
        {session && <SignOut session={session} />}
      </Part>
    </Page>
  )
}

function SessionList({ items }: { items: readonly SessionEntry[] }) {
  const text = useText()
  const end = useEndSessions()
  const [making, setMaking] = useState(false)
  const [asked, setAsked] = useState<readonly SessionEntry[]>()
  // This one first, then the last used.
  const sorted = items.toSorted((a, b) => Number(b.current) - Number(a.current) || b.lastUsed - a.lastUsed)
  const others = items.filter(({ current }) => !current)
  const own = items.find(({ current }) => current)
  const endAsked = () =>
    end.mutate(asked?.map(({ id }) => id) ?? [], {
      onSettled: () => setAsked(undefined),
    })
  return (
    <>
      <ul className={css.list}>
        {sorted.map((entry) => (
          <li key={entry.id} className={css.entry}>
            <SessionLine entry={entry} />
            {!entry.current && (
              <Button
                onClick={() => setAsked([entry])}
                aria-label={text('settings.sessions.end.name', { name: nameOf(entry) ?? '' })}
              >
                {text('settings.sessions.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {end.error && <ErrorNotice error={end.error} />}
      <Actions>
        <Button kind="primary" onClick={() => setMaking(true)}>
          {text('settings.link.make')}
        </Button>
        {others.length > 1 && <Button onClick={() => setAsked(others)}>{text('settings.sessions.end.others')}</Button>}
      </Actions>
      {making && <NewLink own={own?.capabilities ?? []} close={() => setMaking(false)} />}
      {asked && (
        <Confirm
          title={text('settings.sessions.end.title', { count: asked.length })}
          action={text('settings.sessions.end.action', { count: asked.length })}
          danger
          busy={end.isPending}
          confirm={endAsked}
          close={() => setAsked(undefined)}
        >
          <p>{text('settings.sessions.end.text', { count: asked.length })}</p>
        </Confirm>
      )}
    </>
  )
}

const nameOf = ({ name }: SessionEntry): string | null => name

function SessionLine({ entry }: { entry: SessionEntry }) {
  const text = useText()
  const intl = useIntl()
  return (
    <div className={css.line}>
      <span className={css.name}>
        <bdi>{nameOf(entry) ?? text('settings.sessions.unnamed')}</bdi>
        {entry.current && <span className={css.current}>{text('settings.sessions.current')}</span>}
      </span>
      <span className={css.more}>
        {text('settings.sessions.used')} <SpokenTime time={entry.lastUsed} />
        {' · '}
        {text('settings.sessions.created', { day: intl.formatDate(entry.created, { dateStyle: 'medium' }) })}
      </span>
      <span className={css.more}>{text(`settings.sessions.may.${mayOf(entry.capabilities)}`)}</span>
    </div>
  )
}
