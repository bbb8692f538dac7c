/** The page's entry: takes the sign-in secret out of the address before anything else, then shows the app. */
import { createRoot } from 'react-dom/client'
import { z } from 'zod'
import { App } from './app/app.tsx'
import { desktopAccess, desktopOf } from './app/desktop.ts'
import { browserName, takeSecret } from './app/location.ts'
import { browserPreferences, keepPreferences } from './app/preferences.ts'
import { createSession } from './app/session.ts'
import { browserStore } from './app/session-key.ts'
import { createClient, type Fetch } from './client.ts'
import './styles/base.css'

// Schemas are compiled with `new Function` otherwise, which the page's content policy forbids.
z.config({ jitless: true })

const container = document.getElementById('root')
if (!container) throw new Error('The page has no place for the app.')
const root = createRoot(container)
const send: Fetch = (input, init) => fetch(input, init)
const newRequest = () => new XMLHttpRequest()
const keeper = keepPreferences(browserPreferences(() => localStorage))

if (desktopOf(window)) {
  root.render(<App session={undefined} client={createClient(send, desktopAccess, newRequest)} keeper={keeper} />)
} else {
  const session = createSession({ fetch: send, store: browserStore(indexedDB), name: browserName(navigator.userAgent) })
  root.render(<App session={session} client={createClient(send, session, newRequest)} keeper={keeper} />)
  void session.start(takeSecret(location, history))
  // A second link that is opened in the same tab changes only the fragment.
  window.addEventListener('hashchange', () => {
    const secret = takeSecret(location, history)
    if (secret !== undefined) void session.start(secret)
  })
}
