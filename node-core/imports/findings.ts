/** What a report says of one thing: the place, the reason by code and in English. Pure. */
import type { ImportFinding, ImportReport } from '../contract/api/imports.ts'
import { type ImportFault, wordsOf } from '../contract/import-reasons.ts'

/** Characters of a place. */
const PLACE = 300

export const findingOf = ({ ref, reason }: ImportFault): ImportFinding => ({
  ref: ref.length <= PLACE ? ref : `${ref.slice(0, PLACE)}…`,
  reason: wordsOf(reason),
  code: reason.code,
  ...(Object.keys(reason.params).length > 0 ? { params: { ...reason.params } } : {}),
})

/** A report as earlier versions kept it: warnings were whole sentences, and its state said whether it was read to its end. */
export type KeptReport = Omit<ImportReport, 'warnings' | 'complete'> & {
  warnings: readonly (string | ImportFinding)[]
  complete?: boolean
}

export const presentReport = (kept: KeptReport): ImportReport => ({
  ...kept,
  warnings: kept.warnings.map((warning) => (typeof warning === 'string' ? { ref: '', reason: warning } : warning)),
  complete: kept.complete ?? kept.state === 'done',
})
