import { knownReason } from '../../../node-core/contract/import-reasons.ts'
import { useText } from '../../app/language.tsx'
import type { ImportFinding } from '../../queries/imports.ts'

export interface Said {
  readonly words: string
  /** The language of the words, where it is not the page’s. */
  readonly lang: 'en' | undefined
}

/** What is wrong with something, in the person’s language; reports of earlier versions have English words only. */
export function useReason(): (finding: ImportFinding) => Said {
  const text = useText()
  return (finding) => {
    const reason = knownReason(finding)
    if (!reason) return { words: finding.reason, lang: 'en' }
    const values = Object.entries(reason.params).map(([name, value]) => [name, typeof value === 'string' ? apart(value) : value])
    return { words: text(`imports.reason.${reason.code}`, Object.fromEntries(values)), lang: undefined }
  }
}

/** A word of an export keeps its own direction, and leaves the sentence its own. */
const apart = (word: string): string => `\u2068${word}\u2069`
