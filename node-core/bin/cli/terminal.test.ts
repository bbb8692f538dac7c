import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { VivimError } from '../../contract/errors.ts'
import { fail } from './outcome.ts'
import { createTerminal } from './terminal.ts'

function stage({
  tty = false,
  json = false,
  environment = {},
}: {
  tty?: boolean
  json?: boolean
  environment?: Record<string, string>
} = {}) {
  const raw: boolean[] = []
  const input = Object.assign(new PassThrough(), { isTTY: tty, setRawMode: (on: boolean) => raw.push(on) })
  const output = Object.assign(new PassThrough(), { isTTY: tty, columns: 60 })
  const errors = Object.assign(new PassThrough(), { isTTY: tty, columns: 60 })
  let now = 0
  const terminal = createTerminal({ input, output, errors }, { json, environment, monotonic: () => now })
  const taken = (stream: PassThrough) => String(stream.read() ?? '')
  return {
    terminal,
    input,
    raw,
    out: () => taken(output),
    err: () => taken(errors),
    advance: (ms: number) => {
      now += ms
    },
  }
}

describe('a terminal', () => {
  it('has bold words, and a pipe, NO_COLOR and a dumb one have none', () => {
    expect(stage({ tty: true }).terminal.bold('x')).toBe('\x1b[1mx\x1b[22m')
    expect(stage().terminal.bold('x')).toBe('x')
    expect(stage({ tty: true, environment: { NO_COLOR: '1' } }).terminal.dim('x')).toBe('x')
    expect(stage({ tty: true, environment: { TERM: 'dumb' } }).terminal.dim('x')).toBe('x')
  })

  it('keeps answers and words about them apart', () => {
    const { terminal, out, err } = stage({ json: true })
    terminal.printJson({ a: 1 })
    terminal.say('hello')
    expect([out(), err()]).toEqual(['{"a":1}\n', 'hello\n'])
  })
})

describe('progress', () => {
  const step = (done: number, stage = 'Importing') => ({ stage, done, total: 100, detail: '5 messages' })
  it('is a bar in one line on a terminal', () => {
    const { terminal, err, advance } = stage({ tty: true })
    const progress = terminal.progress()
    progress.show(step(0))
    progress.show(step(1))
    advance(200)
    progress.show(step(50))
    progress.end()
    const text = err()
    expect(text).not.toContain('\n')
    expect(text.split('\r\x1b[2K').map((line) => line.replaceAll(/[█░]+/g, '|'))).toEqual([
      '',
      'Importing | 0 %  5 messages',
      'Importing | 50 %  5 messages',
      '',
    ])
  })
  it('is a plain line now and then in a pipe', () => {
    const { terminal, err, advance } = stage()
    const progress = terminal.progress()
    for (let done = 0; done < 100; done++) {
      progress.show(step(done))
      advance(100)
    }
    progress.show(step(0, 'Merging'))
    progress.end()
    expect(err().split('\n')).toEqual([
      'Importing  0 %  5 messages',
      'Importing  50 %  5 messages',
      'Merging  0 %  5 messages',
      '',
    ])
  })
  it('is silent where a program reads', () => {
    const { terminal, err } = stage({ json: true })
    terminal.progress().show(step(1))
    expect(err()).toBe('')
  })
})

describe('questions', () => {
  it('hide what is typed, obey the keys, and leave the terminal as it was', async () => {
    const { terminal, input, raw, err } = stage({ tty: true })
    const asked = terminal.askHidden('Passphrase: ')
    input.write('wrong\x15cor\x1b[Drekt\x7f\x7fct')
    input.write(' größe\r')
    expect(await asked).toBe('correct größe')
    expect(err()).toBe('Passphrase: \n')
    expect(raw).toEqual([true, false])
  })
  it('show what is typed where it is no secret, and leave what was pasted behind for the next', async () => {
    const { terminal, input, err } = stage({ tty: true })
    const first = terminal.ask('Sure? ')
    input.write('yes\nsecond\n')
    expect(await first).toBe('yes')
    expect(await terminal.ask('Again? ')).toBe('second')
    expect(err()).toContain('Sure? ')
  })
  it('end with “cancelled” at Ctrl-C, at the end of the input and when the command is stopped', async () => {
    for (const end of [(input: PassThrough) => input.write('abc\x03'), (input: PassThrough) => input.end()]) {
      const { terminal, input, raw } = stage({ tty: true })
      const asked = terminal.askHidden('? ')
      end(input)
      await expect(asked).rejects.toMatchObject({ code: 'cancelled' })
      expect(raw.at(-1)).toBe(false)
    }
    const { terminal } = stage({ tty: true })
    const stopped = new AbortController()
    const asked = terminal.askHidden('? ', stopped.signal)
    stopped.abort()
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('failures', () => {
  it('are a line or two for people, and the problem document for programs', () => {
    const plain = stage()
    expect(fail(new VivimError('store-locked', 'It is process 7.'), plain.terminal)).toBe(1)
    expect(plain.err()).toBe('vivim: Another process has this data directory open.\nIt is process 7.\n')
    const json = stage({ json: true })
    expect(fail(new VivimError('bad-request', 'limit: must be 1.'), json.terminal)).toBe(2)
    expect(JSON.parse(json.err())).toMatchObject({
      code: 'bad-request',
      status: 400,
      detail: 'limit: must be 1.',
      retryable: false,
    })
  })
  it('show no stack and no control characters', () => {
    const { terminal, err } = stage()
    expect(fail(new TypeError('odd \x1b[2J'), terminal)).toBe(1)
    expect(err()).toBe('vivim: Something went wrong inside the node. Nothing was lost.\nTypeError: odd ␛[2J\n')
  })
})
