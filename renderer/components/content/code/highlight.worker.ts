/** Colours code beside the page's own thread, so that reading stays smooth. */
import { common, createLowlight } from 'lowlight'
import type { Answer, Question } from './highlight.ts'
import { type Run, runsOf } from './runs.ts'

const lowlight = createLowlight(common)

self.addEventListener('message', ({ data }: MessageEvent<Question>) => {
  const answer: Answer = { id: data.id, runs: runs(data) }
  self.postMessage(answer)
})

function runs({ code, language }: Question): Run[] | undefined {
  try {
    return lowlight.registered(language) ? runsOf(lowlight.highlight(language, code)) : undefined
  } catch {
    // A grammar that cannot read this code leaves it plain.
    return undefined
  }
}
