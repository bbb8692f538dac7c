/** Errors about a file of an export: in words, and by code with its place for whoever says it in another language. */
import { type ErrorCode, VivimError } from '../../contract/errors.ts'
import { type ImportReason, wordsOf } from '../../contract/import-reasons.ts'

/** A name as it can be shown: on one line, and not longer than a person reads. */
export const shown = (name: string): string => {
  const plain = name.replace(/\p{Cc}/gu, '\ufffd')
  return plain.length > 200 ? `${plain.slice(0, 200)}…` : plain
}

/** A file, one in an archive or folder, or an entry of a file, counted from 1. */
export type Place = string | { archive: string; name: string } | { path: string; entry: number }

export function refuse(code: ErrorCode, place: Place, reason: ImportReason, cause?: unknown): VivimError {
  return new VivimError(code, detailOf(place, wordsOf(reason)), { cause, fault: { ref: refOf(place), reason } })
}

function detailOf(place: Place, words: string): string {
  if (typeof place === 'string') return `“${shown(place)}”: ${words}.`
  if ('entry' in place) return `“${shown(place.path)}”: ${words}, in entry #${place.entry}.`
  return `“${shown(place.archive)}” holds “${shown(place.name)}”: ${words}.`
}

function refOf(place: Place): string {
  if (typeof place === 'string') return shown(place)
  if ('entry' in place) return `${shown(place.path)} #${place.entry}`
  return `${shown(place.archive)}!/${shown(place.name)}`
}
