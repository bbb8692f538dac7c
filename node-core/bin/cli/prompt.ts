/** Asking a person in the terminal, seen or unseen. */
import type { Readable, Writable } from 'node:stream'
import { VivimError } from '../../contract/errors.ts'

export interface Keyboard {
  readonly isTTY?: boolean
  setRawMode(on: boolean): unknown
}
interface Asked {
  readonly input: Readable & Partial<Keyboard>
  readonly errors: Writable
}

/** Asks for a line and echoes it. Error: `cancelled` at Ctrl-C, Ctrl-D or the end of the input. */
export const askLine = (asked: Asked, question: string, signal?: AbortSignal): Promise<string> =>
  ask(asked, question, true, signal)
/** Asks for a line that is not shown. Error: `cancelled`. */
export const askHidden = (asked: Asked, question: string, signal?: AbortSignal): Promise<string> =>
  ask(asked, question, false, signal)

/** Raw mode throughout, so that no key is ever echoed by the system. */
function ask({ input, errors }: Asked, question: string, echo: boolean, signal?: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const line: string[] = []
    const decoder = new TextDecoder()
    const finish = (settle: () => void) => {
      input.off('data', hear)
      input.off('end', cancel)
      signal?.removeEventListener('abort', cancel)
      input.setRawMode?.(false)
      input.pause()
      errors.write('\n')
      settle()
    }
    const cancel = () => finish(() => reject(new VivimError('cancelled')))
    const hear = (chunk: Uint8Array | string) => {
      const text = (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })).replaceAll(escapes, '')
      let rest = ''
      for (const key of text) {
        if (key === '\r' || key === '\n')
          return finish(() => {
            // What was pasted behind the line belongs to the next question.
            const behind = text.slice(text.indexOf(key) + 1).replace(/^\n/, '')
            if (behind) input.unshift(typeof chunk === 'string' ? behind : Buffer.from(behind))
            resolve(line.join(''))
          })
        if (key === '\x03' || (key === '\x04' && line.length === 0)) return cancel()
        rest += edit(line, key)
      }
      if (echo) errors.write(rest)
    }
    if (signal?.aborted) return reject(new VivimError('cancelled'))
    // Before the question: what is typed at once must not be shown either.
    input.setRawMode?.(true)
    errors.write(question)
    signal?.addEventListener('abort', cancel, { once: true })
    input.on('data', hear)
    input.once('end', cancel)
    input.resume()
  })
}

/** What arrow keys and the like send: it must not get into a passphrase. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const escapes = /\x1b(?:\[[0-9;?]*[@-~]|O.|)/g

/** Changes the line by one key; answers what a screen would show of it. */
function edit(line: string[], key: string): string {
  if (key === '\x7f' || key === '\b') return line.pop() === undefined ? '' : '\b \b'
  if (key === '\x15') return '\b \b'.repeat(line.splice(0).length)
  if (key < ' ') return ''
  line.push(key)
  return key
}
