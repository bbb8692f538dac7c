/** Options of commands as data, and those that every command takes. */
import { type Takes, takes } from './takes.ts'

interface Common {
  /** May be given several times. */
  readonly multiple?: true
  readonly short?: string
  readonly summary: string
}
export interface Switch extends Common {
  readonly type: 'boolean'
  readonly value?: never
}
export interface Valued extends Common {
  readonly type: 'string'
  /** What stands for its value in the help: FILE, DATE. */
  readonly value: string
  /** What the value must be: looked at before the command runs. */
  readonly takes: Takes
  /** How often it may be given, where it may be several times. */
  readonly most?: number
}
export type Option = Switch | Valued
export type Options = Readonly<Record<string, Option>>

type Value<O extends Option> = O['type'] extends 'boolean'
  ? boolean
  : O extends { multiple: true }
    ? readonly string[]
    : string | undefined
/** What options come to: false, an empty list or undefined where one was not given. */
export type Values<O extends Options> = { readonly [Name in keyof O]: Value<O[Name]> }

/** Options of every command. */
export const globals = {
  'data': {
    type: 'string',
    value: 'DIR',
    takes: takes.directory,
    summary: 'the data directory (else VIVIM_DATA, else the system’s usual place)',
  },
  'account': { type: 'string', value: 'DID', takes: takes.account, summary: 'which account, where the node hosts several' },
  'passphrase-file': {
    type: 'string',
    value: 'FILE',
    takes: takes.file,
    summary: 'holds the passphrase of the key file, where there is no keychain',
  },
  'json': { type: 'boolean', summary: 'answers as JSON, for programs' },
  'help': { type: 'boolean', short: 'h', summary: 'shows what a command takes' },
} as const satisfies Options
export type Globals = Values<typeof globals>
