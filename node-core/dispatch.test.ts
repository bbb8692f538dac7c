import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { newDid } from '../tests/kit/door.ts'
import { isVivimError } from './contract/errors.ts'
import { defineMethods, Encoded, type SessionId } from './contract/method.ts'
import { type Caller, createDispatch } from './dispatch.ts'

const input = z.strictObject({ n: z.int().max(9) })
const output = z.object({ n: z.int() })
const methods = defineMethods({
  'a.get': {
    http: 'GET /api/v1/a',
    summary: '',
    kind: 'json',
    callers: 'session',
    capability: 'read',
    input,
    output,
    errors: [],
  },
  'a.stream': { http: 'GET /api/v1/as', summary: '', kind: 'events', callers: 'local', input, output, errors: [] },
})
const account = newDid()
const local: Caller = { kind: 'local', account }
const circumstances = { signal: new AbortController().signal }

function dispatchTo(answer: unknown, checkOutputs: boolean) {
  return createDispatch(
    methods,
    {
      'a.get': async () => answer as { n: number },
      'a.stream': async function* () {
        yield answer as { n: number }
      },
    },
    { checkOutputs },
  )
}
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (isVivimError(error) ? error.code : String(error)),
  )

describe('dispatch', () => {
  it('lets through who may call, with an input that is right', async () => {
    const dispatch = dispatchTo({ n: 1 }, false)
    const session = (capability: 'read' | 'write'): Caller => ({
      kind: 'session',
      account,
      session: 'a'.repeat(26) as SessionId,
      capabilities: [capability],
    })
    const code = (name: string, value: unknown, caller: Caller) => codeOf(dispatch.call(name, value, caller, circumstances))
    expect(await code('a.get', { n: 1 }, local)).toBe('none')
    expect(await code('a.get', { n: 1 }, session('read'))).toBe('none')
    expect(await code('a.get', { n: 1 }, session('write'))).toBe('forbidden')
    expect(await code('a.get', { n: 1 }, { kind: 'open' })).toBe('unauthenticated')
    expect(await code('a.stream', { n: 1 }, session('read'))).toBe('forbidden')
    expect(await code('a.get', { n: 10 }, local)).toBe('bad-request')
    expect(await code('a.get', { n: 1 }, { kind: 'local' })).toBe('bad-request')
    expect(await code('toString', { n: 1 }, local)).toBe('not-found')
    // Who may not call learns nothing of the input's form.
    expect(await code('a.get', { wrong: 1 }, { kind: 'open' })).toBe('unauthenticated')
  })

  it('holds handlers to the contract where it is told to', async () => {
    const first = async (answer: unknown, check: boolean) => {
      const events = (await dispatchTo(answer, check).call('a.stream', { n: 1 }, local, circumstances)) as AsyncIterable<unknown>
      for await (const event of events) return event
      return undefined
    }
    for (const wrong of [{ n: 'x' }, {}, new Encoded('{"n": "x"}')]) {
      expect(await codeOf(dispatchTo(wrong, true).call('a.get', { n: 1 }, local, circumstances))).toBe('internal')
      expect(await codeOf(dispatchTo(wrong, false).call('a.get', { n: 1 }, local, circumstances))).toBe('none')
      expect(await codeOf(first(wrong, true))).toBe('internal')
    }
    for (const right of [{ n: 1 }, new Encoded('{"n": 1}'), new Encoded(Buffer.from('{"n": 1}'))]) {
      expect(await codeOf(dispatchTo(right, true).call('a.get', { n: 1 }, local, circumstances))).toBe('none')
    }
    expect(await first({ n: 1 }, true)).toEqual({ n: 1 })
  })
})
