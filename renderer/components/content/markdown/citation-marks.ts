/** Places in a text where a citation stands, kept through its parsing. Pure. */
import type { Unit } from '../unit.ts'

export type Citation = NonNullable<Unit['citations']>[number]

/** Noncharacters, which no text may hold: between them stands the citation's index. */
const mark = /\ufdd0(\d{1,4})\ufdd1/g
const stray = /[\ufdd0\ufdd1]/g

/** What providers put into the text where a citation stands; it is shown as a number instead. */
const marker = /^[\ue000-\uf8ff\u3010]/

/** The text with a mark at the end of every passage that is cited. */
export function markCitations(text: string, citations: readonly Citation[] | undefined): string {
  if (!citations?.length) return text.replace(stray, '')
  let marked = ''
  let from = 0
  citations
    .map((citation, index) => ({ ...citation, index }))
    .filter(({ start, end }) => start !== undefined && end !== undefined && end <= text.length)
    .sort((a, b) => (a.end ?? 0) - (b.end ?? 0))
    .forEach(({ start = 0, end = 0, index }) => {
      const passage = text.slice(Math.max(from, start), end)
      const before = marker.test(passage) ? Math.max(from, start) : end
      if (before > from) marked += text.slice(from, before).replace(stray, '')
      marked += `\ufdd0${index}\ufdd1`
      from = Math.max(from, end)
    })
  return marked + text.slice(from).replace(stray, '')
}

/** The text without marks, for what is not read as text: code, formulas, addresses. */
export const unmarked = (text: string): string => text.replace(mark, '').replace(stray, '')

/** Text and indexes of citations in turns, beginning and ending with text. */
export const splitAtMarks = (text: string): string[] => text.split(mark)
