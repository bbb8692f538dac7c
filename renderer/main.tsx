/** The page's entry: takes the sign-in secret out of the address before anything else, then shows the app. */
import { createRoot } from 'react-dom/client'
import { z } from 'zod'
import { App } from './app/app.tsx'
import { entryKey } from './app/entry-state.ts'
import { hostOf } from './app/host.ts'
import { browserName, takeSecret } from './app/location.ts'
import { applyPreferences, keepPreferences } from './app/preferences.ts'
import { createSession } from './app/session.ts'
import type { KeptSession } from './app/session-key.ts'
import { forgetEntry } from './app/tab-numbers.ts'
import { createClient, type Fetch } from './client.ts'
import type { PairedDevice } from './device/key.ts'
import type { PendingPairing } from './device/pairing.ts'
import { keptInBrowser } from './kept.ts'
import { installOf } from './offline/install.ts'
import { timeOfNode } from './offline/node-time.ts'
import { createOffline } from './offline/offline.ts'
import './styles/base.css'

// Schemas are compiled with `new Function` otherwise, which the page's content policy forbids.
z.config({ jitless: true })

const entry = takeSecret(location, history)
const [loaded] = performance.getEntriesByType('navigation')
// An address that is opened anew begins at its own place, also where that is the same entry of the history.
if (loaded instanceof PerformanceNavigationTiming && loaded.type === 'navigate') forgetEntry(entryKey())
const send: Fetch = (input, init) => fetch(input, init)
const newRequest = () => new XMLHttpRequest()
const now = () => Date.now()
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
const nodeTime = () => timeOfNode(send)
const host = hostOf(window)
void start()

async function start(): Promise<void> {
  const container = document.getElementById('root')
  if (!container) throw new Error('The page has no place for the app.')
  const keeper = await keepPreferences(host.preferences)
  // Before anything is drawn, so that no other look flashes up.
  applyPreferences(keeper.current, document.documentElement)
  const root = createRoot(container)
  if (host.access) {
    const client = createClient(send, host.access, newRequest)
    root.render(
      <App session={undefined} client={client} offline={undefined} host={host} keeper={keeper} now={now} random={random} />,
    )
    return
  }
  const device = keptInBrowser<PairedDevice>(indexedDB, 'vivim-device', 'device')
  const session = createSession({
    fetch: send,
    store: keptInBrowser<KeptSession>(indexedDB, 'vivim', 'session'),
    device,
    pending: keptInBrowser<PendingPairing>(indexedDB, 'vivim-pairing', 'pairing'),
    name: browserName(navigator.userAgent),
  })
  const base = createClient(send, session, newRequest)
  const install = installOf(navigator.serviceWorker, () => location.reload())
  const offline = createOffline({
    base,
    device,
    install,
    wanted: () => keeper.current.holds,
    async load(kept, told) {
      const { openLayer } = await import('./offline/layer.ts')
      const { storage, locks } = navigator
      const before = keeper.current.held
      if (!before) keeper.change({ held: true })
      return await openLayer({
        base,
        device: kept,
        now,
        random,
        nodeTime,
        storage,
        locks,
        sendLater: install.sendLater,
        told,
        before,
      })
    },
    async erase() {
      await (await import('./offline/database.ts')).removeDatabase()
      keeper.change({ held: false })
    },
  })
  session.subscribe(() => {
    const { standing } = session
    if (standing.state === 'signed-in') void offline.open(session.device).then(async () => (await offline.layer())?.retry())
    // Another reason may pass, as when the node is not the one of before: what is held stays.
    if (standing.state !== 'signed-out') return
    if (standing.why === 'left') void offline.remove(false)
    else if (standing.why === 'revoked' || standing.why === 'forgotten') void offline.remove(true)
  })
  for (const event of ['online', 'focus']) window.addEventListener(event, async () => (await offline.layer())?.retry())
  root.render(
    <App
      session={session}
      client={offline.client}
      offline={{ offline, install }}
      host={host}
      keeper={keeper}
      now={now}
      random={random}
    />,
  )
  void offline.open()
  void session.start(entry)
  // A second link that is opened in the same tab changes only the fragment.
  window.addEventListener('hashchange', () => {
    const next = takeSecret(location, history)
    if (next !== undefined) void session.start(next)
  })
}
