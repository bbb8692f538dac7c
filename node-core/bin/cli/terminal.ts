/** Where a command's words go: answers to stdout, everything about them to stderr. */
import type { Readable, Writable } from 'node:stream'
import { createProgress, type Progress } from './progress.ts'
import { askHidden, askLine, type Keyboard } from './prompt.ts'

/** The process's own streams, or a test's. */
export interface Streams {
  readonly input: Readable & Partial<Keyboard>
  readonly output: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly errors: Writable & { readonly isTTY?: boolean; readonly columns?: number }
}

export interface Terminal {
  readonly streams: Streams
  /** True where answers are for programs. */
  readonly json: boolean
  /** A person can be asked. */
  readonly interactive: boolean
  /** Answers are seen by a person at once, not piped or kept. */
  readonly shown: boolean
  /** Columns of the screen; 100 in a pipe. */
  readonly width: number
  /** A line of the answer. */
  print(line: string): void
  /** The whole answer, as JSON. */
  printJson(value: unknown): void
  /** A line beside the answer. */
  say(line: string): void
  bold(text: string): string
  dim(text: string): string
  /** How far something is; silent in a pipe where answers are JSON. */
  progress(): Progress
  /** An answer of one line. Error: `cancelled`. */
  ask(question: string, signal?: AbortSignal): Promise<string>
  /** The same, unseen. */
  askHidden(question: string, signal?: AbortSignal): Promise<string>
}

/** Error of asking where nobody is: never reached by commands, which look at `interactive` first. */
export function createTerminal(
  streams: Streams,
  options: {
    json: boolean
    /** The variables NO_COLOR and TERM. */
    environment: Readonly<Record<string, string | undefined>>
    /** Milliseconds, for how often progress is shown. */
    monotonic: () => number
  },
): Terminal {
  const { input, output, errors } = streams
  const { json, environment, monotonic } = options
  const plain = Boolean(environment['NO_COLOR']) || environment['TERM'] === 'dumb'
  const shown = output.isTTY === true
  const styled = shown && !plain
  const animated = errors.isTTY === true && environment['TERM'] !== 'dumb'
  const keyboard = { input, errors }
  return {
    streams,
    json,
    shown,
    interactive: input.isTTY === true && errors.isTTY === true,
    width: Math.max(20, output.columns ?? 100),
    print: (line) => void output.write(`${line}\n`),
    printJson: (value) => void output.write(`${JSON.stringify(value, null, shown ? 2 : undefined)}\n`),
    say: (line) => void errors.write(`${line}\n`),
    bold: (text) => (styled ? `\x1b[1m${text}\x1b[22m` : text),
    dim: (text) => (styled ? `\x1b[2m${text}\x1b[22m` : text),
    progress: () => createProgress(errors, { animated, silent: json && !animated, monotonic }),
    ask: (question, signal) => askLine(keyboard, question, signal),
    askHidden: (question, signal) => askHidden(keyboard, question, signal),
  }
}
