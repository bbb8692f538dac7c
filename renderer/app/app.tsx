import { lazy, Suspense, useEffect, useSyncExternalStore } from 'react'
import type { Client } from '../client.ts'
import { Failed } from '../screens/gate/failed.tsx'
import { Offline } from '../screens/gate/offline.tsx'
import { SignedOut } from '../screens/gate/signed-out.tsx'
import { Starting } from '../screens/gate/starting.tsx'
import { AppBoundary } from './broken.tsx'
import { ClockProvider, type Now } from './clock.tsx'
import { LanguageProvider } from './language.tsx'
import { applyPreferences, type PreferenceKeeper, usePreferences } from './preferences.ts'
import { PreferenceProvider } from './preferences-context.tsx'
import type { Session } from './session.ts'
import { SessionProvider } from './session-context.tsx'
import { SignedIn } from './signed-in.tsx'

const Pair = lazy(() => import('../screens/pair/pair.tsx'))

/** The whole page. In the desktop window there is no session to ask for: the app adds it to every request. */
export function App(props: { session: Session | undefined; client: Client; keeper: PreferenceKeeper; now: Now }) {
  const { session, client, keeper, now } = props
  const preferences = usePreferences(keeper)
  useEffect(() => applyPreferences(preferences, document.documentElement), [preferences])
  return (
    <ClockProvider value={now}>
      <PreferenceProvider value={keeper}>
        <LanguageProvider language={preferences.language}>
          <AppBoundary>
            <SessionProvider value={session}>
              {session ? <Gate session={session} client={client} /> : <SignedIn client={client} />}
            </SessionProvider>
          </AppBoundary>
        </LanguageProvider>
      </PreferenceProvider>
    </ClockProvider>
  )
}

/** The screen that fits how the session stands. */
function Gate({ session, client }: { session: Session; client: Client }) {
  const standing = useSyncExternalStore(session.subscribe, () => session.standing)
  const again = () => void session.start()
  switch (standing.state) {
    case 'starting':
      return <Starting />
    case 'signed-in':
      return <SignedIn client={client} />
    case 'signed-out':
      return <SignedOut why={standing.why} pair={() => session.pair()} />
    case 'pairing':
      return (
        <Suspense fallback={<Starting />}>
          {/* Begins anew with every link. */}
          <Pair key={standing.secret} session={session} secret={standing.secret} />
        </Suspense>
      )
    case 'offline':
      return <Offline again={again} />
    case 'failed':
      return <Failed error={standing.error} again={again} />
  }
}
