/** The page's entry: takes the sign-in secret out of the address before anything else, then shows the app. */
import { createRoot } from 'react-dom/client'
import { z } from 'zod'
import { App } from './app/app.tsx'
import { desktopAccess, hostOf } from './app/host.ts'
import { browserName, takeSecret } from './app/location.ts'
import { applyPreferences, keepPreferences } from './app/preferences.ts'
import { createSession } from './app/session.ts'
import type { KeptSession } from './app/session-key.ts'
import { createClient, type Fetch } from './client.ts'
import type { PairedDevice } from './device/key.ts'
import type { PendingPairing } from './device/pairing.ts'
import { keptInBrowser } from './kept.ts'
import './styles/base.css'

// Schemas are compiled with `new Function` otherwise, which the page's content policy forbids.
z.config({ jitless: true })

const entry = takeSecret(location, history)
const send: Fetch = (input, init) => fetch(input, init)
const newRequest = () => new XMLHttpRequest()
const now = () => Date.now()
const host = hostOf(window)
void start()

async function start(): Promise<void> {
  const container = document.getElementById('root')
  if (!container) throw new Error('The page has no place for the app.')
  const keeper = await keepPreferences(host.preferences)
  // Before anything is drawn, so that no other look flashes up.
  applyPreferences(keeper.current, document.documentElement)
  const root = createRoot(container)
  if (host.kind === 'desktop') {
    root.render(<App session={undefined} client={createClient(send, desktopAccess, newRequest)} keeper={keeper} now={now} />)
    return
  }
  const session = createSession({
    fetch: send,
    store: keptInBrowser<KeptSession>(indexedDB, 'vivim', 'session'),
    device: keptInBrowser<PairedDevice>(indexedDB, 'vivim-device', 'device'),
    pending: keptInBrowser<PendingPairing>(indexedDB, 'vivim-pairing', 'pairing'),
    name: browserName(navigator.userAgent),
  })
  root.render(<App session={session} client={createClient(send, session, newRequest)} keeper={keeper} now={now} />)
  void session.start(entry)
  // A second link that is opened in the same tab changes only the fragment.
  window.addEventListener('hashchange', () => {
    const next = takeSecret(location, history)
    if (next !== undefined) void session.start(next)
  })
}
