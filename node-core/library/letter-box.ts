/** What one who has a note open is to be told, in order; bounded: who does not read it is left behind and starts anew. */
import type { liveNotes } from '../contract/api/live-notes.ts'
import type { Output } from '../contract/method.ts'

export type Letter = Output<(typeof liveNotes)['notes.follow']>

/** Letters that may wait. */
const MOST = 2000

export function letterBox() {
  const waiting: Letter[] = []
  let ended = false
  let wake = (): void => {}
  let give: ((letter: Letter) => void) | undefined
  const end = (): void => {
    ended = true
    wake()
  }
  return {
    put(letter: Letter): void {
      if (ended) return
      if (give) {
        give(letter)
        return
      }
      waiting.push(letter)
      if (waiting.length > MOST) end()
      else wake()
    },
    end,
    /** Hands each letter on at once, to one who keeps no caller waiting; `over` is told the end of the box. Instead of `read`. */
    deliver(to: (letter: Letter) => void, over: () => void): void {
      for (const letter of waiting.splice(0)) to(letter)
      give = to
      wake = over
      if (ended) over()
    },
    /** The letters as they come; ends with the box, or when `signal` aborts. To be read once. */
    async *read(signal: AbortSignal): AsyncGenerator<Letter, void, undefined> {
      signal.addEventListener('abort', end, { once: true })
      try {
        for (;;) {
          const next = waiting.shift()
          if (next) yield next
          else if (ended || signal.aborted) return
          else
            await new Promise<void>((resolve) => {
              wake = resolve
            })
        }
      } finally {
        signal.removeEventListener('abort', end)
      }
    },
  }
}
export type LetterBox = ReturnType<typeof letterBox>
