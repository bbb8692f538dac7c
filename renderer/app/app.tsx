import { useSyncExternalStore } from 'react'
import type { Call } from '../client.ts'
import { Page } from '../components/page.tsx'
import { Failed } from '../screens/failed.tsx'
import { Home } from '../screens/home.tsx'
import { Offline } from '../screens/offline.tsx'
import { SignedOut } from '../screens/signed-out.tsx'
import { words } from '../words.ts'
import type { Session } from './session.ts'

/** The screen that fits how the session stands. */
export function App({ session, call }: { session: Session; call: Call }) {
  const standing = useSyncExternalStore(session.subscribe, () => session.standing)
  const again = () => void session.start()
  switch (standing.state) {
    case 'starting':
      return <Page busy>{words.starting}</Page>
    case 'signed-in':
      return <Home call={call} />
    case 'signed-out':
      return <SignedOut why={standing.why} />
    case 'offline':
      return <Offline again={again} />
    case 'failed':
      return <Failed error={standing.error} again={again} />
  }
}
