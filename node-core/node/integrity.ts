/** What the checks of the store have found so far. */
import type { Integrity } from './status.ts'

/** With what one more stage of checking found; `now` in milliseconds since 1970. */
export function integrityOf(
  before: Integrity,
  { stage, damages }: { stage: 'quick' | 'full'; damages: string[] },
  now: number,
): Integrity {
  const problems = [...new Set([...before.problems, ...damages])]
  if (problems.length > 0) return { state: 'damaged', checked: now, problems }
  return { state: stage === 'full' ? 'sound' : 'checking', checked: stage === 'full' ? now : null, problems }
}
