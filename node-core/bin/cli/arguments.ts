/** The command line as data: commands with their options and examples, from which parsing and `--help` are made. */
import { parseArgs } from 'node:util'
import { VivimError } from '../../contract/errors.ts'
import type { Context } from './context.ts'
import { type Globals, globals, type Options, type Values } from './options.ts'
import { mustTake } from './takes.ts'

/** 0 done, 1 failed, 2 wrong use, 3 partly done. */
export type ExitCode = 0 | 1 | 2 | 3

interface Definition<O extends Options> {
  /** One or two words: `import`, `account new`. */
  readonly name: string
  readonly summary: string
  /** What stands behind the name: `FILE…`. */
  readonly words?: string
  /** How many words at least and at most; none by default. */
  readonly least?: number
  readonly most?: number
  readonly options?: O
  /** Command lines without `vivim`, and what they do. */
  readonly examples: readonly (readonly [line: string, does: string])[]
  /** More to know, as paragraphs. */
  readonly more?: string
  run(call: { values: Values<O>; words: readonly string[]; context: Context }): Promise<ExitCode>
}
export type Command = Omit<Required<Definition<Options>>, 'run' | 'more'> & {
  readonly more: string | undefined
  run(given: Given, context: Context): Promise<ExitCode>
}

/** What was given for options and words, as the parser left it. */
export interface Given {
  readonly values: Readonly<Record<string, unknown>>
  readonly words: readonly string[]
}

/** A command; its options' types reach its `run`. */
export function command<const O extends Options = Record<never, never>>(definition: Definition<O>): Command {
  const { options, words = '', least = 0, most = least, more, run, ...rest } = definition
  return {
    ...rest,
    words,
    least,
    most,
    more,
    options: options ?? {},
    run: ({ values, words }, context) => run({ values: complete(options ?? {}, values) as Values<O>, words, context }),
  }
}

const complete = (options: Options, values: Given['values']): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(options).map(([name, { type, multiple }]) => [
      name,
      values[name] ?? (type === 'boolean' ? false : multiple ? [] : undefined),
    ]),
  )

export type Parsed =
  | { readonly kind: 'run'; readonly command: Command; readonly given: Given; readonly globals: Globals }
  /** `topic` is a command, the first word of several, or absent for the overview. */
  | { readonly kind: 'help'; readonly topic: readonly Command[] | undefined }
  | { readonly kind: 'version' }

/** Reads a command line without the program's own name. Error: `bad-request`, with words on what is wrong. */
export function parseLine(args: readonly string[], commands: readonly Command[]): Parsed {
  const { tokens } = parseArgs({ args: [...args], options: plain(globals), strict: false, allowPositionals: true, tokens: true })
  const named = tokens.filter((token) => token.kind === 'positional')
  const [first, second] = named
  if (!first) {
    if (args.some((arg) => arg === '--version' || arg === '-V')) return { kind: 'version' }
    strictly(args, globals)
    return { kind: 'help', topic: undefined }
  }
  const asksHelp = tokens.some((token) => token.kind === 'option' && token.name === 'help')
  if (first.value === 'help')
    return {
      kind: 'help',
      topic: topicOf(
        named.slice(1).map(({ value }) => value),
        commands,
      ),
    }
  const double = commands.find(({ name }) => name === `${first.value} ${second?.value}`)
  const found = double ?? commands.find(({ name }) => name === first.value)
  if (asksHelp) return { kind: 'help', topic: topicOf([double?.name ?? first.value], commands) }
  if (!found) return lost(first.value, commands)
  const own = double && second ? [first.index, second.index] : [first.index]
  const { values, positionals } = strictly(
    args.filter((_, index) => !own.includes(index)),
    { ...globals, ...found.options },
    `vivim ${found.name}`,
  )
  checkWords(found, positionals)
  return { kind: 'run', command: found, given: { values, words: positionals }, globals: complete(globals, values) as Globals }
}

/** For words that are no command by themselves. */
function lost(first: string, commands: readonly Command[]): never {
  const group = commands.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name.slice(first.length + 1))
  if (group.length > 0) throw new VivimError('bad-request', `“vivim ${first}” goes on with one of: ${group.join(', ')}.`)
  throw new VivimError('bad-request', `There is no command “${first}”. “vivim help” lists them.`)
}

function topicOf(words: readonly string[], commands: readonly Command[]): readonly Command[] | undefined {
  const asked = words.slice(0, 2).join(' ')
  if (asked === '') return undefined
  const exact = commands.filter(({ name }) => name === asked || name.startsWith(`${asked} `))
  const topic = exact.length > 0 ? exact : commands.filter(({ name }) => name === words[0] || name.startsWith(`${words[0]} `))
  return topic.length > 0 ? topic : lost(words[0] ?? '', commands)
}

/** Options and words, every value looked at. Error: `bad-request`. */
function strictly(args: readonly string[], options: Options, of = 'vivim') {
  let parsed: ReturnType<typeof parseArgs>
  try {
    parsed = parseArgs({ args: [...args], options: plain(options), strict: true, allowPositionals: true })
  } catch (cause) {
    throw new VivimError('bad-request', faultOf(cause, options, of), { cause })
  }
  for (const [name, option] of Object.entries(options)) {
    if (option.type !== 'string') continue
    const texts = [parsed.values[name] ?? []].flat()
    if (texts.length > (option.most ?? texts.length))
      throw new VivimError('bad-request', `--${name} may be given ${option.most} times, not ${texts.length}.`)
    for (const text of texts) if (typeof text === 'string') mustTake(`--${name}`, option.takes, text)
  }
  return parsed
}

/** The parser's complaint in our words. */
function faultOf(cause: unknown, options: Options, of: string): string {
  const said = cause instanceof Error ? cause.message : ''
  const given = /'(-[^\s'=,]*)/.exec(said)?.[1] ?? ''
  const name = Object.keys(options).find((one) => given === `--${one}` || given === `-${options[one]?.short}`)
  const option = name === undefined ? undefined : options[name]
  if (option?.type === 'string') return `--${name} takes ${option.takes.what}; nothing was given.`
  if (option) return `--${name} takes no value.`
  return `There is no option “${given}”; “${of} --help” shows those there are. What begins with “-” and is no option stands behind “--”.`
}

const plain = (options: Options) =>
  Object.fromEntries(
    Object.entries(options).map(([name, { type, multiple, short }]) => [
      name,
      { type, ...(multiple ? { multiple } : {}), ...(short ? { short } : {}) },
    ]),
  )

function checkWords({ name, words, least, most }: Command, given: readonly string[]): void {
  if (given.length >= least && given.length <= most) return
  const wanted = words === '' ? 'nothing behind it' : words
  throw new VivimError('bad-request', `“vivim ${name}” takes ${wanted}. “vivim ${name} --help” shows examples.`)
}
