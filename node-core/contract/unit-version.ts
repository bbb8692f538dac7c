/** A person's own version of a unit's text, out of the notes that stand in its place. Pure. */
import { carried } from './text-carry.ts'

interface Edit {
  readonly text: string
  readonly updated: number
  readonly edits?: { readonly original: string } | undefined
}

/**
 * What the person made of a text: of the text as it is now, else carried over from what it was before; undefined for
 * nothing. `edits`: the notes with `edits` on that unit, in any order.
 */
export function versionOf<Note extends Edit>(text: string, edits: readonly Note[]): { note: Note; text: string } | undefined {
  const newest = [...edits].sort((a, b) => b.updated - a.updated)
  const note = newest.find((one) => one.edits?.original === text) ?? newest[0]
  if (!note?.edits) return undefined
  const shown = note.edits.original === text ? note.text : carried(note.edits.original, note.text, text)
  return shown === text ? undefined : { note, text: shown }
}

/** A version with the blank lines that part the original from what follows. */
export const inPlaceOf = (original: string, version: string): string =>
  version.trimEnd() + original.slice(original.trimEnd().length)
