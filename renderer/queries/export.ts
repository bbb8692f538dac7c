import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import { store } from '../../node-core/contract/api/store.ts'
import { useClient } from '../app/client-context.tsx'
import { saveFile } from '../components/save-file.ts'

/** What of the library is taken out; nothing chosen: everything. */
export type ExportChoice = z.input<(typeof store)['export.get']['input']>

/** How an export stands. `bytes`: how much has come so far; how much it will be is not known before it ends. */
export type ExportState =
  | { state: 'none' }
  | { state: 'running'; bytes: number; stop: () => void }
  | { state: 'done'; bytes: number }
  | { state: 'failed'; error: unknown }

const key = ['export']
/** The figure on the screen moves on after so many bytes. */
const pace = 256 * 1024
const none: ExportState = { state: 'none' }

/** One export at a time; it goes on while the person looks at other screens. */
export function useExport(): { standing: ExportState; start: (choice: ExportChoice, name: string) => void } {
  const { download } = useClient()
  const queries = useQueryClient()
  const { data: standing = none } = useQuery<ExportState>({
    queryKey: key,
    queryFn: () => none,
    enabled: false,
    initialData: none,
    gcTime: Number.POSITIVE_INFINITY,
  })
  const become = (next: ExportState) => queries.setQueryData<ExportState>(key, next)
  const run = async (choice: ExportChoice, name: string) => {
    const abort = new AbortController()
    const stop = () => abort.abort()
    let bytes = 0
    try {
      become({ state: 'running', bytes, stop })
      const saved = await saveFile(name, (signal) => download(store['export.get'], choice, signal), {
        signal: abort.signal,
        onProgress(next) {
          const moves = Math.floor(next / pace) > Math.floor(bytes / pace)
          bytes = next
          if (moves) become({ state: 'running', bytes, stop })
        },
      })
      become(saved ? { state: 'done', bytes } : none)
    } catch (error) {
      become(abort.signal.aborted ? none : { state: 'failed', error })
    }
  }
  return {
    standing,
    start(choice, name) {
      if (standing.state !== 'running') void run(choice, name)
    },
  }
}
