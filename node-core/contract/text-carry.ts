/** Comparing texts as one change each, and carrying a person's change over to a text that changed meanwhile. Pure. */

/** Where `b` differs from `a`: [from, to) of `a` becomes the text. Never splits a surrogate pair. */
export function difference(a: string, b: string): [from: number, to: number, insert: string] {
  let from = 0
  while (from < a.length && from < b.length && a[from] === b[from]) from++
  if (isLow(a.charCodeAt(from)) || isLow(b.charCodeAt(from))) from = Math.max(0, from - 1)
  let tail = 0
  while (tail < a.length - from && tail < b.length - from && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  if (isLow(a.charCodeAt(a.length - tail))) tail = Math.max(0, tail - 1)
  return [from, a.length - tail, b.slice(from, b.length - tail)]
}

/**
 * What a person made of `original`, made of the text that stands in its place now. Where both changed the same words the
 * person's text stands as it is.
 */
export function carried(original: string, edited: string, now: string): string {
  const [from, to, insert] = difference(original, edited)
  const [otherFrom, otherTo, otherInsert] = difference(original, now)
  if (to <= otherFrom) return now.slice(0, from) + insert + now.slice(to)
  const shift = otherInsert.length - (otherTo - otherFrom)
  if (otherTo <= from) return now.slice(0, from + shift) + insert + now.slice(to + shift)
  return edited
}

const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff
