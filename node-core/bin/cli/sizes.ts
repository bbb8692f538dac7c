/** Amounts of bytes as people write them. */
import { VivimError } from '../../contract/errors.ts'
import { shortened } from './format.ts'

const units: Readonly<Record<string, number>> = { '': 1, 'k': 1e3, 'm': 1e6, 'g': 1e9, 't': 1e12 }

/** `500MB`, `20 GB`, `1.5t`. Error: `bad-request`. */
export function sizeOf(text: string): number {
  const [, amount, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?) ?([kmgt]?)b?$/i.exec(text) ?? []
  const factor = units[unit.toLowerCase()]
  if (amount === undefined || factor === undefined)
    throw new VivimError('bad-request', `A size is a number with a unit, like 500MB or 20GB, not “${shortened(text, 60)}”.`)
  return Math.round(Number(amount) * factor)
}
