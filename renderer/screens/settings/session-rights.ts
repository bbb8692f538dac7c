/** What a session may do, in three steps that a person can tell apart. */
import type { Capability } from '../../../node-core/contract/method.ts'

export const rights = {
  /** Look, search and export. */
  read: ['read'],
  /** And import, note, tag and delete. */
  write: ['read', 'write'],
  /** And let others in. */
  all: ['read', 'write', 'share', 'admin'],
} as const satisfies Record<string, readonly Capability[]>
export type Right = keyof typeof rights

const steps: readonly Right[] = ['read', 'write', 'all']

/** The step that says at least as much as `own`: nothing that a session may do is kept quiet. */
export const mayOf = (own: readonly Capability[]): Right =>
  steps.find((step) => own.every((one) => rights[step].some((right) => right === one))) ?? 'all'

/** The steps that somebody with `own` may hand on. */
export const givable = (own: readonly Capability[]): Right[] =>
  steps.filter((step) => rights[step].every((one) => own.includes(one)))
