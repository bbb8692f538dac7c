/** KaTeX and its fonts, a piece of their own: only who meets a formula loads them. */
import katex from 'katex'
import 'katex/dist/katex.min.css'

/** A longer formula is none. In UTF-16 code units. */
const longest = 10_000

/**
 * Sets `source` into `place`; false where it is no formula, and then nothing is set. Nodes are built one by one, without
 * HTML; commands that would link, load or style (`\href`, `\includegraphics`, `\htmlStyle` …) are not obeyed.
 */
export function typeset(place: HTMLElement, source: string, display: boolean): boolean {
  place.textContent = ''
  if (source.length > longest) return false
  try {
    // Errors are thrown, not drawn: KaTeX would draw them with a style attribute, which the content policy refuses.
    katex.render(source, place, {
      displayMode: display,
      throwOnError: true,
      strict: 'ignore',
      trust: false,
      maxSize: 20,
      maxExpand: 500,
      output: 'htmlAndMathml',
    })
    return true
  } catch {
    place.textContent = ''
    return false
  }
}
