import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from 'react'
import type { Client } from '../client.ts'
import { Failed } from '../screens/gate/failed.tsx'
import { Offline } from '../screens/gate/offline.tsx'
import { SignedOut } from '../screens/gate/signed-out.tsx'
import { Starting } from '../screens/gate/starting.tsx'
import { AppBoundary } from './broken.tsx'
import { ChanceProvider, type Random } from './chance.tsx'
import { ClockProvider, type Now } from './clock.tsx'
import type { Host } from './host.ts'
import { HostProvider } from './host-context.tsx'
import { KeysGate } from './keys-gate.tsx'
import { LanguageProvider } from './language.tsx'
import { NodeGate } from './node-gate.tsx'
import { type Held, OfflineProvider, useOfflineStanding } from './offline-context.tsx'
import { applyPreferences, type PreferenceKeeper, usePreferences } from './preferences.ts'
import { PreferenceProvider } from './preferences-context.tsx'
import type { Session } from './session.ts'
import { SessionProvider } from './session-context.tsx'
import { SignedIn } from './signed-in.tsx'
import { forgetNumbers } from './tab-numbers.ts'

const Pair = lazy(() => import('../screens/pair/pair.tsx'))

/** The whole page. In the desktop window there is no session to ask for: the app adds it to every request. */
export function App(props: {
  session: Session | undefined
  client: Client
  /** Undefined in the desktop window, whose node is beside it. */
  offline: Held | undefined
  host: Host
  keeper: PreferenceKeeper
  now: Now
  random: Random
}) {
  const { session, client, offline, host, keeper, now, random } = props
  const preferences = usePreferences(keeper)
  useEffect(() => applyPreferences(preferences, document.documentElement), [preferences])
  return (
    <ClockProvider value={now}>
      <ChanceProvider value={random}>
        <HostProvider value={host}>
          <PreferenceProvider value={keeper}>
            <LanguageProvider language={preferences.language}>
              <AppBoundary>
                <SessionProvider value={session}>
                  <OfflineProvider value={offline}>
                    {session ? (
                      <Gate session={session} client={client} />
                    ) : (
                      <KeysGate host={host}>
                        <NodeGate host={host}>
                          <SignedIn client={client} />
                        </NodeGate>
                      </KeysGate>
                    )}
                  </OfflineProvider>
                </SessionProvider>
              </AppBoundary>
            </LanguageProvider>
          </PreferenceProvider>
        </HostProvider>
      </ChanceProvider>
    </ClockProvider>
  )
}

/** So long a person looks at an empty screen, in milliseconds. */
const patience = 1500

/** Whether something has been going on for longer than a person waits. */
function useLate(going: boolean): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (!going) return setLate(false)
    const timer = setTimeout(() => setLate(true), patience)
    return () => clearTimeout(timer)
  }, [going])
  return going && late
}

/** The screen that fits how the session stands. */
function Gate({ session, client }: { session: Session; client: Client }) {
  const standing = useSyncExternalStore(session.subscribe, () => session.standing)
  const again = () => void session.start()
  const { state } = useOfflineStanding()
  const late = useLate(standing.state === 'starting')
  // After the screens have gone: they keep where they were left.
  const left = standing.state === 'signed-out'
  useEffect(() => {
    if (left) forgetNumbers()
  }, [left])
  // What is held can be read before the node has answered, and where it never does.
  if (state === 'on' && (standing.state === 'offline' || late)) return <SignedIn client={client} />
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
