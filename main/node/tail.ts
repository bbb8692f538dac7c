/** The end of what a process writes: the last lines say why it ended. */

/** Signs that are kept. */
const most = 16 * 1024

export interface Tail {
  add(text: string): void
  readonly text: string
}

export function createTail(): Tail {
  let kept = ''
  return {
    add(text) {
      kept = (kept + text).slice(-most)
    },
    get text() {
      return kept
    },
  }
}
