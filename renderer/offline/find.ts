/**
 * Finding in what is held, word by word: all words, "phrases", begun words*, -without. Without the node's index there is
 * no forgiving of typos, and rank is how often the words occur. Pure.
 */

/** A word or phrase to be found, folded. */
interface Term {
  readonly text: string
  /** Whether a word may only begin with it. */
  readonly begun: boolean
}
export interface Query {
  readonly terms: readonly Term[]
  readonly without: readonly Term[]
}
/** [from, to) in UTF-16 code units of the text. */
export type Mark = [from: number, to: number]

/** Case, accents and compatibility forms fold away, as in the node's search. */
const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
const isWord = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}]/u.test(character)
const isIdeograph = (text: string): boolean => /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(text)

/** `prefix`: the last word may be unfinished, as one types. */
export function queryOf(text: string, prefix: boolean): Query {
  const terms: Term[] = []
  const without: Term[] = []
  const found = [...text.matchAll(/(-?)(?:"([^"]*)"?|(\S+))/g)]
  for (const [index, [, minus, phrase, word]] of found.entries()) {
    const said = phrase ?? word ?? ''
    const last = prefix && phrase === undefined && index === found.length - 1
    const term = fold(said)
      .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()
    if (term === '') continue
    ;(minus === '-' ? without : terms).push({ text: term, begun: last || said.endsWith('*') })
  }
  return { terms, without }
}

/** Where the query's words stand in a text; undefined where it is not found there. Quick where it is not. */
export function marksIn(text: string, { terms, without }: Query): Mark[] | undefined {
  if (terms.length === 0) return undefined
  const plain = fold(text)
  const first = (term: Term) => term.text.split(' ', 1)[0] ?? ''
  if (!terms.every((term) => plain.includes(first(term)))) return undefined
  const { folded, starts, ends } = mapped(text)
  if (without.some((term) => places(folded, term).length > 0)) return undefined
  const marks: Mark[] = []
  for (const term of terms) {
    const at = places(folded, term)
    if (at.length === 0) return undefined
    for (const [from, to] of at) marks.push([starts[from] ?? 0, ends[to - 1] ?? text.length])
  }
  return marks.sort((a, b) => a[0] - b[0])
}

/** The folded text, with what is no word as single spaces, and of each of its units the character that it comes from. */
function mapped(text: string): { folded: string; starts: number[]; ends: number[] } {
  let folded = ''
  const starts: number[] = []
  const ends: number[] = []
  let at = 0
  for (const character of text) {
    for (const piece of fold(character)) {
      const word = isWord(piece)
      if (!word && folded.endsWith(' ')) continue
      folded += word ? piece : ' '
      for (let unit = 0; unit < (word ? piece.length : 1); unit++) {
        starts.push(at)
        ends.push(at + character.length)
      }
    }
    at += character.length
  }
  return { folded, starts, ends }
}

function places(folded: string, { text, begun }: Term): Mark[] {
  const found: Mark[] = []
  const anywhere = isIdeograph(text)
  for (let at = folded.indexOf(text); at >= 0; at = folded.indexOf(text, at + 1)) {
    const end = at + text.length
    const whole = (at === 0 || folded[at - 1] === ' ') && (begun || end === folded.length || folded[end] === ' ')
    if (anywhere || whole) found.push([at, begun && !anywhere ? wordEnd(folded, end) : end])
  }
  return found
}

function wordEnd(folded: string, from: number): number {
  const end = folded.indexOf(' ', from)
  return end < 0 ? folded.length : end
}

/** Characters before and behind the first found word. */
const before = 60
const behind = 140

/** The passage around the first mark, on one line. */
export function snippetOf(text: string, marks: readonly Mark[]): { text: string; marks: Mark[] } {
  const first = marks[0]?.[0] ?? 0
  const start = beginning(text, Math.max(0, first - before))
  const end = beginning(text, Math.min(text.length, first + behind))
  const lead = start > 0 ? '…' : ''
  const shift = lead.length - start
  return {
    text: `${lead}${text.slice(start, end).replaceAll(/\s/g, ' ')}${end < text.length ? '…' : ''}`,
    marks: marks.filter(([from, to]) => from >= start && to <= end).map(([from, to]) => [from + shift, to + shift]),
  }
}

/** Not between the two halves of one character. */
const beginning = (text: string, at: number): number => {
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at
}
