import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { isVivimError } from '../../node-core/contract/errors.ts'
import { captureWindowPath } from '../../node-core/contract/shell-capture.ts'
import type { Client } from '../client.ts'
import { Boundary } from '../components/boundary.tsx'
import { ToastProvider } from '../components/toasts.tsx'
import { useAhead } from './ahead.ts'
import { BrokenPalette } from './broken.tsx'
import { chunk } from './chunk.tsx'
import { ClientProvider } from './client-context.tsx'
import { createRegistry, RegistryProvider } from './command-registry.ts'
import { holdKeys, releaseKeys } from './held-keys.ts'
import { useHost } from './host-context.tsx'
import { followChanges, type Live } from './live.ts'
import { LiveProvider } from './live-context.tsx'
import { NewerPage } from './newer-page.tsx'
import { useHeld, useOfflineStanding } from './offline-context.tsx'
import { pagesOf } from './pages.ts'
import { Routes } from './routes.tsx'
import { useSession } from './session-context.tsx'
import { Shell } from './shell.tsx'
import { UploadsProvider } from './uploads.tsx'

const CaptureWindow = lazy(() => import('../screens/capture/capture-window.tsx'))
const FollowHost = lazy(() => import('./follow-host.tsx'))
const palettePart = chunk(() => import('../screens/search/palette.tsx'))
/** After so long the screen stands, in milliseconds. */
const settled = 500

/** Answers are kept until the node says that they changed; what can be tried again is, twice, unless the node is `away`. */
const newQueries = (away: () => boolean): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 60_000,
        // The node is on this machine more often than not: a machine without a network still has it.
        networkMode: 'always',
        refetchOnReconnect: false,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && isVivimError(error) && error.retryable && !away(),
      },
      mutations: { networkMode: 'always' },
    },
  })

/** The app of somebody who is signed in. */
export function SignedIn({ client }: { client: Client }) {
  const { device, id } = useSession() ?? {}
  // Every page of a device has a session of its own.
  const session = device ?? id
  const held = useHeld()
  const [queries] = useState(() => newQueries(() => held?.offline.standing.figures?.away === true))
  const host = useHost()
  const [path] = useLocation()
  // a window that is nothing else, where the app has one
  const alone = path === captureWindowPath && host.offers('capture.close')
  const [registry] = useState(createRegistry)
  const [live, setLive] = useState<Live>()
  const [palette, setPalette] = useState(false)
  const paletteOpen = useRef(false)
  const closePalette = useCallback(() => {
    releaseKeys()
    paletteOpen.current = false
    setPalette(false)
  }, [])
  const openPalette = useCallback(() => {
    if (paletteOpen.current) return
    paletteOpen.current = true
    // Its code may still be on its way; the first letters are its own even so.
    holdKeys(closePalette)
    setPalette(true)
  }, [closePalette])
  useEffect(() => releaseKeys, [])

  useEffect(() => {
    const abort = new AbortController()
    setLive(followChanges(client, queries, pagesOf(window, `live ${session ?? ''}`), abort.signal))
    return () => abort.abort()
  }, [client, queries, session])

  // What the node answered and what is held are not the same.
  const { version } = useOfflineStanding()
  const shown = useRef(version)
  useEffect(() => {
    if (shown.current === version) return
    shown.current = version
    void queries.invalidateQueries()
    live?.retry()
  }, [version, queries, live])

  if (!live) return null
  return (
    <ClientProvider client={client}>
      <QueryClientProvider client={queries}>
        <LiveProvider value={live}>
          <ToastProvider>
            {!alone && <PaletteAhead />}
            <NewerPage />
            <RegistryProvider value={registry}>
              <UploadsProvider>
                {alone ? (
                  <Suspense>
                    <CaptureWindow />
                  </Suspense>
                ) : (
                  <Shell openPalette={openPalette}>
                    <Routes />
                  </Shell>
                )}
                {palette && (
                  <Boundary fallback={<BrokenPalette close={closePalette} />}>
                    <palettePart.Part close={closePalette} />
                  </Boundary>
                )}
                {host.offers('commands.state') && !alone && (
                  <Suspense>
                    <FollowHost registry={registry} />
                  </Suspense>
                )}
              </UploadsProvider>
            </RegistryProvider>
          </ToastProvider>
        </LiveProvider>
      </QueryClientProvider>
    </ClientProvider>
  )
}

/** The palette before it is asked for: it is there at once then. */
function PaletteAhead() {
  useAhead(palettePart.begin, settled)
  return null
}
