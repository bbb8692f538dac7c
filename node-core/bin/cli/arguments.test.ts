import { describe, expect, it } from 'vitest'
import { commands } from '../commands/index.ts'
import { parseLine } from './arguments.ts'
import { helpOf, overview } from './help.ts'

const parse = (line: string) => parseLine(line === '' ? [] : line.split(' '), commands)
const run = (line: string) => {
  const parsed = parse(line)
  if (parsed.kind !== 'run') throw new Error(`${line} is ${parsed.kind}`)
  return { name: parsed.command.name, words: parsed.given.words, values: parsed.given.values, globals: parsed.globals }
}

describe('a command line', () => {
  it.each([
    ['serve', 'serve', []],
    ['import a.zip b.zip', 'import', ['a.zip', 'b.zip']],
    ['import -', 'import', ['-']],
    ['imports', 'imports', []],
    ['imports undo abc', 'imports undo', ['abc']],
    ['note list', 'note list', []],
    ['note abc list', 'note', ['abc', 'list']],
    ['search -- python -django', 'search', ['python', '-django']],
    ['search list', 'search', ['list']],
    ['--json --data /d account list', 'account list', []],
    ['doctor --rebuild search', 'doctor', ['search']],
    ['config set port 1', 'config set', ['port', '1']],
  ])('%s is %s', (line, name, words) => {
    expect(run(line)).toMatchObject({ name, words })
  })

  it('takes the options of every command before and behind its name', () => {
    const { globals } = run(
      '--data /d status --json --passphrase-file p --account did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK',
    )
    expect(globals).toEqual({
      'data': '/d',
      'json': true,
      'passphrase-file': 'p',
      'account': 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK',
      'help': false,
    })
    expect(run('status').globals).toEqual({
      'data': undefined,
      'json': false,
      'passphrase-file': undefined,
      'account': undefined,
      'help': false,
    })
  })

  it('gathers what may be given several times', () => {
    expect(run('list --source chatgpt --source claude --limit 5').values).toMatchObject({
      source: ['chatgpt', 'claude'],
      limit: '5',
    })
  })

  it.each([
    'nonsense',
    'account',
    'account nonsense',
    'import',
    'imports undo',
    'imports undo a b',
    'list word',
    'list --bogus',
    'list --limit',
    'serve --port',
    '--bogus',
    'help nonsense',
    'search',
    'search python -django',
  ])('%s is wrong use, in words', (line) => {
    expect(() => parse(line)).toThrow(expect.objectContaining({ code: 'bad-request', detail: expect.stringMatching(/./) }))
  })

  it('asks for help in several ways', () => {
    expect(parse('')).toEqual({ kind: 'help', topic: undefined })
    expect(parse('--help')).toEqual({ kind: 'help', topic: undefined })
    expect(parse('help')).toEqual({ kind: 'help', topic: undefined })
    expect(parse('--version')).toEqual({ kind: 'version' })
    for (const line of ['import --help', 'import -h', '--help import', 'help import', 'import file --help --bogus']) {
      expect(parse(line), line).toMatchObject({ kind: 'help', topic: [{ name: 'import' }] })
    }
    expect(parse('help account new')).toMatchObject({ topic: [{ name: 'account new' }] })
    const group = parse('account --help')
    expect(group.kind === 'help' && group.topic?.map(({ name }) => name)).toContain('account recover')
  })
})

describe('the help', () => {
  it.each(commands.map((command) => [command.name, command] as const))(
    'of %s shows usage, options and examples that parse',
    (name, command) => {
      const text = helpOf([command])
      expect(text).toContain(`Usage: vivim ${name}`)
      for (const option of Object.keys(command.options)) expect(text).toContain(`--${option}`)
      expect(command.examples.length).toBeGreaterThan(0)
      for (const [line] of command.examples) {
        expect(text).toContain(`vivim ${line}`)
        const filled = line.replace(/--branch MESSAGE/, `--branch ${'a'.repeat(26)}-${'a'.repeat(13)}`)
        const typed = filled.replace(/ [<>|] .*$/, '').match(/"[^"]*"|'[^']*'|\S+/g) ?? []
        expect(parseLine(typed, commands)).toMatchObject({ kind: 'run', command: { name } })
      }
    },
  )

  it('lists every command', () => {
    const text = overview(commands)
    for (const { name } of commands) expect(text).toContain(`  ${name}`)
  })
})
