/** How a command that failed ends: what is said, and the exit code. */
import { catalogue, toProblem, VivimError } from '../../contract/errors.ts'
import type { ExitCode } from './arguments.ts'
import { harmless } from './format.ts'
import type { Terminal } from './terminal.ts'

/** Says what went wrong, for a person in a line or two, for a program as the problem document; answers the exit code. */
export function fail(error: unknown, terminal: Pick<Terminal, 'say' | 'json'>): ExitCode {
  if (terminal.json) terminal.say(JSON.stringify(toProblem(error)))
  else for (const line of linesOf(error)) terminal.say(harmless(line))
  return error instanceof VivimError && error.code === 'bad-request' ? 2 : 1
}

function linesOf(error: unknown): string[] {
  if (!(error instanceof VivimError)) {
    // The message is for whoever repairs it; the person's own terminal may show it.
    return [`vivim: ${catalogue.internal.title}`, String(error)]
  }
  const { title } = catalogue[error.code]
  if (error.code === 'bad-request' && error.detail) return [`vivim: ${error.detail}`]
  return [`vivim: ${title}`, ...(error.detail ? [error.detail] : [])]
}
