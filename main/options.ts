/** The app's command line: what of it is the node's, and what somebody wants shown. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { ToNode } from '../node-core/contract/desktop.ts'
import type { Handed } from './lifetime/handed.ts'

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

/** What is taken of one start: nobody means more, and a longer path or link is none. */
const most = { files: 200, links: 20, signs: 4096 } as const

/**
 * What a start of the app hands over: files and `vivim://` links, as a file manager or a browser puts them behind the
 * options, and whether there shall be a window. Nothing is said yet of whether they can be used.
 * @param folder where relative paths start: of a second start, its own
 */
export function handedOf(args: readonly string[], folder: string): Handed {
  const { positionals, values } = parseArgs({
    args: [...args],
    strict: false,
    options: {
      'data': { type: 'string' },
      'port': { type: 'string' },
      'passphrase-file': { type: 'string' },
      'hidden': { type: 'boolean' },
    },
  })
  const given = positionals.filter((one) => one !== '' && one.length <= most.signs && !one.startsWith('-'))
  const isLink = (one: string): boolean => /^vivim:/i.test(one)
  // Another scheme's address is not a file either.
  const isFile = (one: string): boolean => !/^[a-z][a-z0-9+.-]+:/i.test(one)
  return {
    files: given
      .filter(isFile)
      .slice(0, most.files)
      .map((file) => resolve(folder, file)),
    links: given.filter(isLink).slice(0, most.links),
    show: values['hidden'] !== true,
  }
}

/** What the app's own start hands over; a Mac, which gives no arguments at sign-in, says itself that it was one. */
export const firstHanded = (args: readonly string[], folder: string, atLogin: boolean): Handed => {
  const handed = handedOf(args, folder)
  return { ...handed, show: handed.show && !atLogin }
}

function portOf(value: string | boolean | undefined): number {
  const port = typeof value === 'string' && /^[0-9]{1,5}$/.test(value) ? Number(value) : Number.NaN
  if (!(port <= 65_535)) throw new RangeError('--port needs a number from 0 to 65535.')
  return port
}
