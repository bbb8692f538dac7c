/** Asks the worker for colours. There is one worker, started when the first code is seen. */
import { startTransition, useEffect, useState } from 'react'
import type { Run } from './runs.ts'

export interface Question {
  readonly id: number
  readonly code: string
  readonly language: string
}
export interface Answer {
  readonly id: number
  /** Undefined where the language is not known. */
  readonly runs: Run[] | undefined
}

/** Longer code stays plain. In UTF-16 code units. */
const longest = 200_000
/** How many answers are kept for code that is scrolled back to. */
const kept = 60

let worker: Worker | undefined
let asked = 0
const waiting = new Map<number, (runs: Run[] | undefined) => void>()
const known = new Map<string, Promise<Run[] | undefined>>()

function ask(code: string, language: string): Promise<Run[] | undefined> {
  const key = `${language}\n${code}`
  const before = known.get(key)
  if (before) return before
  if (!worker) {
    worker = new Worker(new URL('./highlight.worker.ts', import.meta.url), { type: 'module' })
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
      waiting.get(data.id)?.(data.runs)
      waiting.delete(data.id)
    })
  }
  const answer = new Promise<Run[] | undefined>((resolve) => waiting.set(++asked, resolve))
  worker.postMessage({ id: asked, code, language } satisfies Question)
  known.set(key, answer)
  const oldest = known.keys().next()
  if (known.size > kept && !oldest.done) known.delete(oldest.value)
  return answer
}

/** The colours of `code` once they are there; undefined where it stays plain. */
export function useHighlight(code: string, language: string | undefined): readonly Run[] | undefined {
  const [found, setFound] = useState<{ code: string; runs: readonly Run[] | undefined }>()
  useEffect(() => {
    if (!language || code.length > longest) return
    let current = true
    void ask(code, language.toLowerCase()).then((runs) => {
      if (current) startTransition(() => setFound({ code, runs }))
    })
    return () => {
      current = false
    }
  }, [code, language])
  return found?.code === code ? found.runs : undefined
}
