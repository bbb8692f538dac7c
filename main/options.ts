/** The app's command line: what of it is the node's. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { ToNode } from '../node-core/contract/desktop.ts'

/**
 * The node's options among the arguments; relative paths start at `folder`. Unknown arguments are Chromium's own.
 * @throws where a value cannot be used: a sentence for the person
 */
export function optionsOf(args: readonly string[], folder: string): Omit<ToNode & { type: 'start' }, 'type'> {
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    options: { 'data': { type: 'string' }, 'port': { type: 'string' }, 'passphrase-file': { type: 'string' } },
  })
  const path = (name: 'data' | 'passphrase-file') => {
    const value = values[name]
    if (value === undefined) return undefined
    if (typeof value !== 'string' || value === '') throw new RangeError(`--${name} needs a path.`)
    return resolve(folder, value)
  }
  const data = path('data')
  const passphraseFile = path('passphrase-file')
  const port = values['port'] === undefined ? undefined : portOf(values['port'])
  return { ...(data && { data }), ...(passphraseFile && { passphraseFile }), ...(port !== undefined && { port }) }
}

function portOf(value: string | boolean | undefined): number {
  const port = typeof value === 'string' && /^[0-9]{1,5}$/.test(value) ? Number(value) : Number.NaN
  if (!(port <= 65_535)) throw new RangeError('--port needs a number from 0 to 65535.')
  return port
}
