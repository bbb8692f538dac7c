/**
 * What is typed between asking for the palette and its field having the focus: nothing of it is lost, and none of it is
 * a key of the page. One palette, so one place for it.
 */
export interface HeldKeys {
  readonly words: string
  /** Enter was pressed after the words. */
  readonly enter: boolean
}

let words = ''
let enter = false
let end: (() => void) | undefined

/** Holds what is typed from now on. Escape, and the palette's own keys, give it up: `giveUp` is told. */
export function holdKeys(giveUp: () => void): void {
  if (end) return
  const press = (event: KeyboardEvent) => {
    // Words that are still being put together belong to the field in which that began.
    if (event.isComposing) return
    event.stopImmediatePropagation()
    const written = [...event.key].length === 1 ? event.key : undefined
    const command = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState('AltGraph')
    const again = command && event.key.toLowerCase() === 'k'
    if (command && !again) return
    event.preventDefault()
    if (event.key === 'Escape' || again) {
      releaseKeys()
      giveUp()
    } else if (event.key === 'Backspace') {
      words = withoutLast(words)
      enter = false
    } else if (event.key === 'Enter') {
      // Of no words it would choose what nobody has seen.
      enter = words.trim() !== ''
    } else if (written !== undefined) {
      words += written
      enter = false
    }
  }
  window.addEventListener('keydown', press, true)
  end = () => window.removeEventListener('keydown', press, true)
}

/** What was typed, once; from now on keys go where the focus is. */
export function takeKeys(): HeldKeys {
  const taken = { words, enter }
  releaseKeys()
  return taken
}

/** Holds nothing any more, and forgets what was held. */
export function releaseKeys(): void {
  end?.()
  end = undefined
  words = ''
  enter = false
}

/** Without its last letter as a person sees letters: with its accents and joined signs. */
function withoutLast(text: string): string {
  const last = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)].at(-1)
  return last ? text.slice(0, last.index) : ''
}
