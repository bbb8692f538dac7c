/** A stream that a signal ends, also while it waits for its source. */
import { VivimError } from '../contract/errors.ts'

/** The source's pieces until `signal` aborts; then fails with `cancelled` and lets the source clean up in its own time. */
export async function* abortable<T>(source: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  if (!signal) return yield* source
  const pieces = source[Symbol.asyncIterator]()
  const cancelled = () => new VivimError('cancelled', undefined, { cause: signal.reason })
  let done = false
  let abort = () => {}
  const aborted = () => abort()
  signal.addEventListener('abort', aborted, { once: true })
  try {
    while (!done) {
      // A promise of its own for every piece: racing one that lives as long as the stream would keep all pieces alive.
      const piece = await new Promise<IteratorResult<T>>((resolve, reject) => {
        abort = () => reject(cancelled())
        if (signal.aborted) abort()
        else pieces.next().then(resolve, reject)
      })
      if (piece.done) done = true
      else yield piece.value
    }
  } finally {
    signal.removeEventListener('abort', aborted)
    // Not awaited: a source that hangs in `next` would hang here as well.
    if (!done) pieces.return?.().catch(() => undefined)
  }
}
