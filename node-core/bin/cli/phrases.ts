/** Taking the 24 words from a person: typed, or from a file; never from the command line. */
import { readFile } from 'node:fs/promises'
import { VivimError } from '../../contract/errors.ts'
import type { Options } from './options.ts'
import { takes } from './takes.ts'
import type { Terminal } from './terminal.ts'

export const phraseOption = {
  'phrase-file': { type: 'string', value: 'FILE', takes: takes.file, summary: 'holds the 24 words, where nobody can type them' },
} as const satisfies Options

/** The words as they were given. Errors: `bad-request` where there is neither a terminal nor a file. */
export async function takePhrase(terminal: Terminal, file: string | undefined, signal: AbortSignal): Promise<string> {
  if (file !== undefined) {
    try {
      return tidy(await readFile(file, 'utf8'))
    } catch (cause) {
      throw new VivimError('bad-request', `The phrase file ${file} cannot be read.`, { cause })
    }
  }
  if (!terminal.interactive)
    throw new VivimError('bad-request', 'Nobody can be asked for the 24 words here; give --phrase-file FILE.')
  return tidy(await terminal.askHidden('The 24 words (they are not shown): ', signal))
}

const tidy = (text: string): string => text.trim().toLowerCase().split(/\s+/).join(' ')
