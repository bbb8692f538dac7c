import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react'
import type { KeysState } from '../../node-core/contract/shell-keys.ts'
import { Starting } from '../screens/gate/starting.tsx'
import type { Host } from './host.ts'

const Locked = lazy(() => import('../screens/locked/locked.tsx'))

/** The library where nothing stands before it; else what does: a lock, a question for a passphrase, a keychain that is away. */
export function KeysGate({ host, children }: { host: Host; children: ReactNode }) {
  const state = useKeysState(host)
  const wasOpen = useRef(false)
  if (!state) return <Starting />
  if (state.is === 'open') wasOpen.current = true
  // A node that is started again in between is waited for behind the screens; a lock takes the whole page away.
  if (state.is === 'open' || (state.is === 'opening' && wasOpen.current)) return children
  return (
    <Suspense fallback={<Starting />}>
      <Locked state={state} host={host} />
    </Suspense>
  )
}

/** Undefined until the app has answered. Where there is no app nothing is ever locked by it. */
function useKeysState(host: Host): KeysState | undefined {
  const [state, setState] = useState<KeysState | undefined>(host.offers('keys.state') ? undefined : { is: 'open' })
  useEffect(() => {
    if (!host.offers('keys.state')) return
    let told = false
    const off = host.on((event) => {
      if (event.type !== 'keys') return
      told = true
      setState(event.state)
    })
    host.call('keys.state', undefined).then(
      (first) => told || setState(first),
      // The page is shown all the same: what cannot be answered says so where it is asked.
      () => told || setState({ is: 'open' }),
    )
    return off
  }, [host])
  return state
}
