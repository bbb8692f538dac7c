/** Options of commands as data, and those that every command takes. */
export interface Option {
  readonly type: 'boolean' | 'string'
  /** May be given several times. */
  readonly multiple?: true
  readonly short?: string
  /** What stands for its value in the help: FILE, DATE. */
  readonly value?: string
  readonly summary: string
}
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
  'data': { type: 'string', value: 'DIR', summary: 'the data directory (else VIVIM_DATA, else the system’s usual place)' },
  'account': { type: 'string', value: 'DID', summary: 'which account, where the node hosts several' },
  'passphrase-file': {
    type: 'string',
    value: 'FILE',
    summary: 'holds the passphrase of the key file, where there is no keychain',
  },
  'json': { type: 'boolean', summary: 'answers as JSON, for programs' },
  'help': { type: 'boolean', short: 'h', summary: 'shows what a command takes' },
} as const satisfies Options
export type Globals = Values<typeof globals>
