import { useQuery, useQueryClient } from '@tanstack/react-query'
import { saveFile } from '../components/save-file.ts'

/** How the saving of a file stands. `bytes`: how much has come so far. */
export type SavingState =
  | { state: 'none' }
  | { state: 'running'; bytes: number; stop: () => void }
  | { state: 'done'; bytes: number }
  | { state: 'failed'; error: unknown }

export interface Saving {
  readonly standing: SavingState
  /** Nothing happens while one is running. */
  readonly start: (download: (signal: AbortSignal) => Promise<Response>, name: string) => void
}

const none: SavingState = { state: 'none' }
/** The figure on the screen moves on after so many bytes. */
const pace = 256 * 1024

/** One file of a kind at a time; it goes on while the person looks at other screens. */
export function useSaving(kind: 'export' | 'backup'): Saving {
  const queries = useQueryClient()
  const key = [kind]
  const { data: standing = none } = useQuery<SavingState>({
    queryKey: key,
    queryFn: () => none,
    enabled: false,
    initialData: none,
    gcTime: Number.POSITIVE_INFINITY,
  })
  const become = (next: SavingState) => queries.setQueryData<SavingState>(key, next)
  const run: (...given: Parameters<Saving['start']>) => Promise<void> = async (download, name) => {
    const abort = new AbortController()
    const stop = () => abort.abort()
    let bytes = 0
    try {
      become({ state: 'running', bytes, stop })
      const saved = await saveFile(name, download, {
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
    start(download, name) {
      if (standing.state !== 'running') void run(download, name)
    },
  }
}
