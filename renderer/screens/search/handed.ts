/** Words that another part of the page hands to the search screen; never by the address. */
let words: string | undefined
const listeners = new Set<() => void>()

export function handWords(next: string): void {
  words = next
  for (const listener of listeners) listener()
}

/** The words that were handed, once. */
export function takeWords(): string | undefined {
  const taken = words
  words = undefined
  return taken
}

/** Calls `handed` whenever there are words to take; answers how to stop that. */
export function onWords(handed: () => void): () => void {
  listeners.add(handed)
  return () => void listeners.delete(handed)
}
