/** The help, made from the commands themselves. */
import type { Command } from './arguments.ts'
import { globals, type Options } from './options.ts'

/** The overview: every command in a line. */
export function overview(commands: readonly Command[]): string {
  const lines = commands.map(({ name, words, summary }) => [`${name} ${words}`.trim(), summary] as const)
  return [
    'vivim: your AI conversations, on your own encrypted node.',
    '',
    'Usage: vivim COMMAND …',
    '',
    ...columns(lines),
    '',
    'Options of every command:',
    ...optionLines(globals),
    '',
    'Exit codes: 0 done, 1 failed, 2 wrong use, 3 partly done.',
    '“vivim COMMAND --help” shows more, with examples.',
  ].join('\n')
}

/** What one command takes, or the commands that begin with one word. */
export function helpOf(topic: readonly Command[]): string {
  const [only] = topic
  if (topic.length !== 1 || !only) {
    return [
      ...columns(topic.map(({ name, words, summary }) => [`vivim ${name} ${words}`.trim(), summary] as const)),
      '',
      'Examples:',
      ...columns(topic.flatMap(exampleLines)),
    ].join('\n')
  }
  const { name, words, summary, options, more } = only
  const own = optionLines(options)
  return [
    `vivim ${name}: ${summary}`,
    '',
    `Usage: vivim ${name} ${words}`.trimEnd() + (own.length > 0 ? ' [OPTIONS]' : ''),
    ...(own.length > 0 ? ['', ...own] : []),
    '',
    'Options of every command:',
    ...optionLines(globals),
    '',
    'Examples:',
    ...columns(exampleLines(only)),
    ...(more ? ['', more] : []),
  ].join('\n')
}

const exampleLines = ({ examples }: Command) => examples.map(([line, does]) => [`vivim ${line}`, does] as const)

const optionLines = (options: Options): string[] =>
  columns(
    Object.entries(options).map(([name, { short, value, multiple, summary }]) => {
      const names = `${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}`
      return [names, multiple ? `${summary} (may be given several times)` : summary] as const
    }),
  )

/** Two columns; where the left one is long, the right one stands below it. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(34, Math.max(0, ...rows.map(([left]) => left.length)))
  return rows.flatMap(([left, right]) =>
    left.length <= width
      ? [`  ${left.padEnd(width)}  ${right}`.trimEnd()]
      : [`  ${left}`, `  ${' '.repeat(width)}  ${right}`.trimEnd()],
  )
}
