import { useEffect, useRef, useState } from 'react'
import { imports } from '../../node-core/contract/api/imports.ts'
import { isVivimError } from '../../node-core/contract/errors.ts'
import type { ImportId } from '../../node-core/contract/ids.ts'
import type { Output } from '../../node-core/contract/method.ts'
import { useClient } from '../app/client-context.tsx'
import type { Client } from '../client.ts'
import { useImportsChanged } from './imports.ts'

type Event = Output<(typeof imports)['imports.events']>
export type ImportProgress = Extract<Event, { event: 'progress' }>['data']

const firstPause = 500
const longestPause = 10_000

/** An import's progress while it is under way and `followed`; undefined until the node has said something. */
export function useImportProgress(id: ImportId, followed: boolean): ImportProgress | undefined {
  const client = useClient()
  const [progress, setProgress] = useState<ImportProgress>()
  const changed = useRef(useImportsChanged()).current
  useEffect(() => {
    if (!followed) return
    const abort = new AbortController()
    void follow(client, id, abort.signal, setProgress).then((ended) => (ended ? changed() : undefined))
    return () => abort.abort()
  }, [client, id, followed, changed])
  return progress
}

/** Listens until the import has ended, again after every break; true where it has. */
async function follow(
  client: Client,
  id: ImportId,
  signal: AbortSignal,
  tell: (progress: ImportProgress) => void,
): Promise<boolean> {
  let pause = firstPause
  while (!signal.aborted) {
    try {
      for await (const { event, data } of client.listen(imports['imports.events'], { import: id }, signal)) {
        if (event === 'done') return true
        pause = firstPause
        tell(data)
      }
    } catch (error) {
      if (signal.aborted || !isVivimError(error, 'unavailable')) return false
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pause)
      const wake = () => {
        clearTimeout(timer)
        resolve()
      }
      signal.addEventListener('abort', wake, { once: true })
    })
    pause = Math.min(pause * 2, longestPause)
  }
  return false
}
