import { useState } from 'react'
import { useText } from '../../app/language.tsx'
import { useOfflineStanding } from '../../app/offline-context.tsx'
import type { Session } from '../../app/session.ts'
import { Button } from '../../components/button.tsx'
import { Confirm } from '../../components/confirm.tsx'
import { ErrorNotice } from '../../components/notice.tsx'
import { Actions } from '../../components/parts.tsx'

/** Leaving: this browser is signed out and forgets its key. */
export function SignOut({ session }: { session: Session }) {
  const text = useText()
  const { figures } = useOfflineStanding()
  const waiting = (figures?.waiting ?? 0) + (figures?.refused.length ?? 0)
  const [asking, setAsking] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const leave = async () => {
    setBusy(true)
    try {
      // The screen goes with the session.
      await session.leave()
    } catch (failure) {
      setError(failure)
      setAsking(false)
      setBusy(false)
    }
  }
  return (
    <>
      <Actions>
        <Button onClick={() => setAsking(true)}>{text('settings.leave')}</Button>
      </Actions>
      {error !== undefined && <ErrorNotice error={error} />}
      {asking && (
        <Confirm
          title={text('settings.leave.title')}
          action={text('settings.leave.action')}
          busy={busy}
          confirm={() => void leave()}
          close={() => setAsking(false)}
        >
          <p>{text('settings.leave.text')}</p>
          {waiting > 0 && <p>{text('settings.leave.waiting', { count: waiting })}</p>}
        </Confirm>
      )}
    </>
  )
}
