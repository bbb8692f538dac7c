/** A snippet of Markdown without its signs, for where a line of it stands alone. Pure. */

export interface Snippet {
  readonly text: string
  /** [from, to) in UTF-16 code units, in order. */
  readonly marks: readonly (readonly [number, number])[]
}

/**
 * What is taken out; with a group, all but the group. Careful rather than complete: a sign that could be meant
 * (`2**3`, `__init__`) stays.
 */
const signs: readonly RegExp[] = [
  // fences, headings, quotations, the line under a table's head
  /^[ \t]*(?:```|~~~)[\w+-]*[ \t]*\n?/gm,
  /^ {0,3}#{1,6}[ \t]+/gm,
  /^ {0,3}(?:>[ \t]?)+/gm,
  /^[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?)?[ \t]*\n?/gm,
  // links and pictures
  /!?\[([^[\]\n]{1,200})\]\([^()\s]{0,200}(?:[ \t]+"[^"\n]{0,200}")?\)/g,
  // strong, struck, emphasis: the sign at the outer side of a word
  /(?<![\p{L}\p{N}*~])(?:\*\*\*|\*\*|~~)(?=[\p{L}\p{N}"'“„«([`¿¡])/gu,
  /(?<=[\p{L}\p{N}"'”“»)\]`.,:;!?…%])(?:\*\*\*|\*\*|~~)(?![\p{L}\p{N}*~])/gu,
  /(?<![\p{L}\p{N}*\\])\*(?=[\p{L}\p{N}"'“([][^*\n]*[\p{L}\p{N}"'”)\].,:;!?]\*(?![\p{L}\p{N}*]))|(?<=(?<![\p{L}\p{N}*\\])\*[\p{L}\p{N}"'“([][^*\n]*[\p{L}\p{N}"'”)\].,:;!?])\*(?![\p{L}\p{N}*])/gu,
  // code in a line
  /(?<!`)`([^`\n]{1,200})`(?!`)/g,
]

/** The snippet as it reads; what was found is never taken out, nor is its mark moved off it. */
export function plainWords({ text, marks }: Snippet): Snippet {
  const out = new Uint8Array(text.length)
  const take = (from: number, to: number) => {
    if (!marks.some(([start, end]) => start < to && end > from)) out.fill(1, from, to)
  }
  for (const sign of signs)
    for (const { 0: whole, 1: kept, index } of text.matchAll(sign)) {
      const from = kept === undefined ? -1 : index + whole.indexOf(kept)
      if (kept === undefined) take(index, index + whole.length)
      // Both sides of what is kept go, or neither.
      else if (
        !marks.some(([start, end]) => (start < from && end > index) || (end > from + kept.length && start < index + whole.length))
      ) {
        take(index, from)
        take(from + kept.length, index + whole.length)
      }
    }
  const places = new Uint32Array(text.length + 1)
  let plain = ''
  for (let at = 0; at < text.length; at++) {
    places[at] = plain.length
    if (!out[at]) plain += text[at]
  }
  places[text.length] = plain.length
  return { text: plain, marks: marks.map(([from, to]) => [places[from] ?? 0, places[to] ?? 0] as const) }
}
