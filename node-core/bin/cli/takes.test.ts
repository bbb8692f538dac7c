/** Every option of every command with a bad value: one sentence that names the option, what was given, and what is expected. */
import { describe, expect, it } from 'vitest'
import { commands } from '../commands/index.ts'
import { parseLine } from './arguments.ts'
import { globals, type Valued } from './options.ts'
import { type Takes, takes } from './takes.ts'

const id = 'a'.repeat(26)
const account = 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK'
const long = 'x'.repeat(201)
/** What each takes and does not take; a new kind of value must be listed here. */
const examples: Record<keyof typeof takes, { good: string[]; bad: string[] }> = {
  code: { good: ['ABCD-EFGH', 'abcdefgh', 'ab cd ef g2'], bad: ['', 'ABCD', 'ABCD-EFG9', 'ABCD-EFGHI'] },
  fingerprint: {
    good: [Array(32).fill('0A').join(':'), Array(32).fill('ff').join(':')],
    bad: ['', '0A', Array(31).fill('0A').join(':')],
  },
  amount: { good: ['1', '100000000'], bad: ['0', '-1', '1.5', 'x', '', '1e3', ' 1'] },
  date: { good: ['2024', '2024-02', '2024-02-29'], bad: ['', 'yesterday', '2024-13', '2023-02-29', '24'] },
  service: { good: ['chatgpt', 'claude-code'], bad: ['', 'ChatGPT', 'bing'] },
  role: { good: ['user', 'tool'], bad: ['', 'bot'] },
  name: { good: ['a', 'Wörk'], bad: ['', '  ', long] },
  tag: { good: ['a', 'a b'], bad: ['', '  ', long] },
  conversation: { good: [id], bad: ['', 'abc', `${id}-${'a'.repeat(13)}`] },
  message: { good: [`${id}-${'a'.repeat(13)}`], bad: ['', id] },
  account: { good: [account], bad: ['', 'me', 'did:web:example.org'] },
  cursor: { good: ['MTIz'], bad: ['', 'a b', '*'] },
  host: { good: ['127.0.0.1', '::1', 'localhost'], bad: ['', 'a b', 'http://localhost'] },
  port: { good: ['0', '4747', '65535'], bad: ['abc', '', '65536', '-1', '1.5', '0x10', '1e3', ' 1'] },
  hostName: { good: ['vivim.example.org', '192.168.1.5:4747'], bad: ['', 'https://vivim.example.org', 'a,b'] },
  file: { good: ['a', '/b c'], bad: [''] },
  publicUrl: {
    good: ['https://vivim.example.org', 'http://10.0.0.1:8080'],
    bad: ['vivim.example.org', 'https://a/b', 'ftp://a'],
  },
  proxy: { good: ['10.0.0.1', 'fd00::/8'], bad: ['proxy', '10.0.0.0/99'] },
  directory: { good: ['a', '/b c'], bad: [''] },
}
const nameOf = (wanted: Takes) =>
  Object.keys(takes).find((name): name is keyof typeof takes => takes[name as keyof typeof takes] === wanted)

const all = commands.flatMap((command) =>
  Object.entries({ ...globals, ...command.options }).flatMap(([name, option]) =>
    option.type === 'string' ? [[`vivim ${command.name} --${name}`, command, name, option as Valued] as const] : [],
  ),
)
const words = (least: number) => Array.from({ length: least }, () => 'word')
const fault = (args: string[]): string => {
  try {
    parseLine(args, commands)
    return 'none'
  } catch (error) {
    const { code, detail } = error as { code: string; detail: string }
    expect(code).toBe('bad-request')
    return detail
  }
}

describe('options with values', () => {
  it.each(all)('%s', (_, command, name, option) => {
    const kind = nameOf(option.takes)
    if (!kind) throw new Error(`--${name} takes what is not in the list`)
    const line = (text: string) => [...command.name.split(' '), ...words(command.least), `--${name}=${text}`]
    for (const text of examples[kind].good) expect(fault(line(text)), text).toBe('none')
    for (const text of examples[kind].bad) {
      const said = fault(line(text))
      expect(said.startsWith(`--${name} takes ${option.takes.what}, not “${text.slice(0, 10)}`), said).toBe(true)
      expect(said.endsWith(option.takes.hint ? `”; ${option.takes.hint}.` : '”.'), said).toBe(true)
      expect(said).not.toContain('\n')
    }
    expect(fault([...command.name.split(' '), ...words(command.least), `--${name}`])).toBe(
      `--${name} takes ${option.takes.what}; nothing was given.`,
    )
    if (option.most !== undefined) {
      const good = examples[kind].good[0] ?? ''
      const often = Array.from({ length: option.most + 1 }, () => `--${name}=${good}`)
      expect(fault([...command.name.split(' '), ...words(command.least), ...often])).toMatch(
        new RegExp(`^--${name} may be given ${option.most} times`),
      )
    }
  })

  it('that take none say so', () => {
    expect(fault(['list', '--json=yes'])).toBe('--json takes no value.')
    expect(fault(['list', '--starred=yes'])).toBe('--starred takes no value.')
  })

  it('are known, or named', () => {
    expect(fault(['list', '--bogus'])).toMatch(/^There is no option “--bogus”; “vivim list --help” shows/)
    expect(fault(['search', 'a', '-x'])).toMatch(/^There is no option “-x”.*behind “--”\.$/)
    expect(fault(['list', '--limit', '--json'])).toMatch(/^--limit takes a whole number from 1/)
  })
})
