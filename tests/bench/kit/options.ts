/** What a benchmark is asked on the command line. */
import { parseArgs } from 'node:util'

export interface Options {
  /** How much: messages, requests or appends, by the benchmark. */
  size: number
  /** What chance is drawn from: the same seed measures the same thing. */
  seed: number
  /** How often ours and the limit's are measured, in turn. */
  rounds: number
}

/** Reads `--size`, `--seed` and `--rounds`; an unknown option or a number that is none ends the program. */
export function readOptions(defaults: Options): Options {
  const { values } = parseArgs({ options: { size: { type: 'string' }, seed: { type: 'string' }, rounds: { type: 'string' } } })
  const numberOf = (text: string | undefined, otherwise: number): number => {
    const number = text === undefined ? otherwise : Number(text.replaceAll('_', ''))
    if (!Number.isSafeInteger(number) || number < 1) throw new RangeError(`“${text}” is no whole number from 1 on.`)
    return number
  }
  return {
    size: numberOf(values.size, defaults.size),
    seed: numberOf(values.seed, defaults.seed),
    rounds: numberOf(values.rounds, defaults.rounds),
  }
}
