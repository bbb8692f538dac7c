/** Why a conversation that was read cannot be kept: an import goes on without it, and its report says so. */
import { VivimError } from '../contract/errors.ts'
import { type ImportReason, wordsOf } from '../contract/import-reasons.ts'

export function refused(code: 'import-damaged' | 'import-too-large', reason: ImportReason, cause?: unknown): VivimError {
  const words = wordsOf(reason)
  return new VivimError(code, `${words.charAt(0).toUpperCase()}${words.slice(1)}.`, { cause, fault: { ref: '', reason } })
}
