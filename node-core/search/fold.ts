/**
 * How single characters are read for search: case, diacritics and compatibility forms fold away (NFKD); scripts
 * that are written without spaces (Chinese, Japanese, Korean, Thai …) stand alone, character by character.
 */

/** Between words. */
export const separator = 0
/** Part of a word; the folded code point is in the low bits. */
export const letter = 1
/** A character of a script that is searched by pairs; the folded code point is in the low bits. */
export const ideograph = 2
/** Says nothing and ends nothing: combining accents, soft hyphens, joiners. */
export const transparent = 3
/** A letter that folds to several; see {@link expansionOf}. */
export const expansion = 4
/** An emoji, or half of a flag: a term of its own with what belongs to it. */
export const pictograph = 5

const classShift = 21
const codePointMask = 0x1fffff

/** Letters that NFKD leaves whole though people type them plain. */
const plain: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ħ: 'h',
  ı: 'i',
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
  þ: 'th',
  ð: 'd',
  ς: 'σ',
}
const spaceless =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]/u
const wordly = /[\p{L}\p{N}\p{M}]/u
/** Emoji, drawn or as text; but for signs that stand in the middle of names and sentences as punctuation does. */
const pictured = /[[\p{Extended_Pictographic}\p{Regional_Indicator}]--[©®™‼⁉〰〽]]/v
/** Accents and vowel points that readers leave out when they type; other marks (Indic vowels …) are letters. */
const accent =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: single marks are what is meant
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/gu
// biome-ignore lint/suspicious/noMisleadingCharacterClass: single characters are what is meant
const invisible = /[\u00ad\u034f\u061c\u180e\u200c-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]/u

/** Tables of 256 code points, made when the first of them is met. */
const pages: (Uint32Array | undefined)[] = []
const expansions = new Map<number, string>()

function fold(codePoint: number): number {
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return separator
  const text = String.fromCodePoint(codePoint)
  if (invisible.test(text)) return transparent << classShift
  if (!wordly.test(text)) return pictured.test(text) ? (pictograph << classShift) | codePoint : separator
  if (spaceless.test(text)) {
    const composed = text.normalize('NFKC')
    const single = composed.codePointAt(0) ?? codePoint
    return (ideograph << classShift) | (composed.length === (single > 0xffff ? 2 : 1) ? single : codePoint)
  }
  const bare = (word: string) => word.normalize('NFKD').replace(accent, '')
  let folded = ''
  for (const character of bare(bare(text).toLowerCase())) if (wordly.test(character)) folded += plain[character] ?? character
  const first = folded.codePointAt(0)
  if (first === undefined) return transparent << classShift
  if (folded.length === (first > 0xffff ? 2 : 1)) return (letter << classShift) | first
  expansions.set(codePoint, folded)
  return (expansion << classShift) | codePoint
}

function makePage(number: number): Uint32Array {
  const page = new Uint32Array(256)
  for (let low = 0; low < 256; low++) page[low] = fold(number * 256 + low)
  pages[number] = page
  return page
}

/** What `codePoint` is and folds to: read it with {@link classOf} and {@link foldedOf}. */
export const lookUp = (codePoint: number): number =>
  (pages[codePoint >>> 8] ?? makePage(codePoint >>> 8))[codePoint & 255] ?? separator

/** The class of a looked-up code point. */
export const classOf = (looked: number): number => looked >>> classShift
/** The folded code point of a looked-up letter or ideograph. */
export const foldedOf = (looked: number): number => looked & codePointMask
/** All the letters that an `expansion` folds to. */
export const expansionOf = (codePoint: number): string => expansions.get(codePoint) ?? ''

/** Folded byte of each ASCII character; 0 for what stands between words. */
export const asciiFold: Uint8Array = new Uint8Array(128)
for (let code = 0; code < 128; code++) {
  const lower = code >= 65 && code <= 90 ? code + 32 : code
  if ((lower >= 97 && lower <= 122) || (code >= 48 && code <= 57)) asciiFold[code] = lower
}
