import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import type { NodeStanding } from '../../node-core/contract/computer.ts'
import { Starting } from '../screens/gate/starting.tsx'
import type { Host } from './host.ts'

const GivenUp = lazy(() => import('../screens/gate/given-up.tsx'))

/** The library, unless its node ended so often that the app starts it no more by itself: then that, and what can be done. */
export function NodeGate({ host, children }: { host: Host; children: ReactNode }) {
  const standing = useNodeStanding(host)
  if (standing?.state !== 'given-up') return children
  return (
    <Suspense fallback={<Starting />}>
      <GivenUp host={host} ends={standing.ends} />
    </Suspense>
  )
}

/** Undefined until the app has answered, and where there is no app. */
function useNodeStanding(host: Host): NodeStanding | undefined {
  const [standing, setStanding] = useState<NodeStanding>()
  useEffect(() => {
    if (!host.offers('node.standing')) return
    let told = false
    const off = host.on((event) => {
      if (event.type !== 'node') return
      told = true
      setStanding(event.standing)
    })
    // What cannot be answered says so where it is asked.
    host.call('node.standing', undefined).then(
      (first) => told || setStanding(first),
      () => undefined,
    )
    return off
  }, [host])
  return standing
}
