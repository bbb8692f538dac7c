import { useState } from 'react'
import { useIntl } from 'react-intl'
import { isVivimError } from '../../../node-core/contract/errors.ts'
import { useText } from '../../app/language.tsx'
import { useSession } from '../../app/session-context.tsx'
import { Button } from '../../components/button.tsx'
import { Confirm } from '../../components/confirm.tsx'
import { Loading } from '../../components/loading.tsx'
import { ErrorNotice, Notice } from '../../components/notice.tsx'
import { Actions, Entries, Entry, EntryFact, Page, Part } from '../../components/parts.tsx'
import { SpokenTime } from '../../components/spoken-time.tsx'
import { type SessionEntry, useEndSessions, useSessions } from '../../queries/sessions.ts'
import { NewLink } from './new-link.tsx'
import { mayOf } from './session-rights.ts'
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
      <Entries>
        {sorted.map((entry) => (
          <SessionLine key={entry.id} entry={entry} end={() => setAsked([entry])} />
        ))}
      </Entries>
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

function SessionLine({ entry, end }: { entry: SessionEntry; end: () => void }) {
  const text = useText()
  const intl = useIntl()
  const { name, current, lastUsed, created, capabilities } = entry
  return (
    <Entry
      name={name ?? text('settings.sessions.unnamed')}
      own={current && text('settings.sessions.current')}
      actions={
        !current && (
          <Button onClick={end} aria-label={text('settings.sessions.end.name', { name: name ?? '' })}>
            {text('settings.sessions.end')}
          </Button>
        )
      }
    >
      <EntryFact>
        {text('settings.sessions.used')} <SpokenTime time={lastUsed} />
        {' · '}
        {text('settings.sessions.created', { day: intl.formatDate(created, { dateStyle: 'medium' }) })}
      </EntryFact>
      <EntryFact>{text(`settings.sessions.may.${mayOf(capabilities)}`)}</EntryFact>
    </Entry>
  )
}
