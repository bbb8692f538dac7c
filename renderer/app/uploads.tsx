import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import type { ImportId } from '../../node-core/contract/ids.ts'
import { useToast } from '../components/toasts.tsx'
import { type ImportRun, isUnderWay, useImports, useImportsChanged } from '../queries/imports.ts'
import { useClient } from './client-context.tsx'
import { DropAnywhere } from './drop-anywhere.tsx'
import { useHost } from './host-context.tsx'
import { useText } from './language.tsx'
import { createUploads } from './uploads.ts'
import { UploadsContext, useUploads } from './uploads-context.tsx'

/** Keeps uploads going whichever screen is shown, takes files that are dropped, and says when an import has ended. */
export function UploadsProvider({ children }: { children: ReactNode }) {
  const client = useClient()
  const changed = useRef(useImportsChanged()).current
  const [expected] = useState(() => new Set<ImportId>())
  const host = useHost()
  const [uploads] = useState(() => {
    const arrived = (run: Pick<ImportRun, 'id'>) => {
      expected.add(run.id)
      return changed()
    }
    return createUploads(client, arrived, (files) => host.openFiles(files))
  })
  return (
    <UploadsContext value={uploads}>
      <StayOpen />
      <SayEnds expected={expected} />
      {children}
      <DropAnywhere />
    </UploadsContext>
  )
}

/** Closing the page would cut off what is on its way: the browser asks first. */
function StayOpen() {
  const [uploads] = useUploads()
  const busy = uploads.some(({ state }) => state !== 'failed')
  useEffect(() => {
    if (!busy) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [busy])
  return null
}

/** Screens that show imports themselves. */
const shows = (path: string): boolean => path.startsWith('/import') || path === '/welcome'

/** Tells of imports that end: by a toast where the screen does not show them, else to those who only hear the page. */
function SayEnds({ expected }: { expected: Set<ImportId> }) {
  const text = useText()
  const toast = useToast()
  const { runs } = useImports()
  const [path] = useLocation()
  const where = useRef(path)
  where.current = path
  const [said, setSaid] = useState('')
  useEffect(() => {
    const say = ({ id, name, state, conversations }: ImportRun) => {
      if (state !== 'done' && state !== 'failed') return
      const words = text(`imports.toast.${state}`, { name, conversations })
      if (shows(where.current)) setSaid(words)
      else toast({ words, link: { to: `/import/${id}`, words: text('imports.toast.report') } })
    }
    for (const run of runs ?? []) {
      if (isUnderWay(run)) expected.add(run.id)
      else if (expected.delete(run.id)) say(run)
    }
  }, [runs, expected, text, toast])
  return (
    <p className="visually-hidden" role="status">
      {said}
    </p>
  )
}
