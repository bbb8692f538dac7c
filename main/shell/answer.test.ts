import { expect, it } from 'vitest'
import { VivimError } from '../../node-core/contract/errors.ts'
import { answerShell, type ShellHandlers } from './answer.ts'
import { isPage } from './sender.ts'

const page = { senderFrame: { url: 'app://vivim/settings', parent: null } }
const saved: string[] = []
const some: Partial<ShellHandlers> = {
  'preferences.load': () => null,
  'preferences.save': (text) => void saved.push(text),
}
// Every other method is refused before its handler would be called.
const handlers = some as ShellHandlers

it('listens to the app’s own page only, and to no frame inside it', async () => {
  expect(isPage(page)).toBe(true)
  for (const senderFrame of [
    { url: 'app://vivim/artifact.html', parent: {} },
    { url: 'https://example.org/', parent: null },
    null,
  ]) {
    expect(isPage({ senderFrame })).toBe(false)
    const answer = await answerShell(handlers, { senderFrame }, 'preferences.load', undefined)
    expect(answer).toMatchObject({ error: { code: 'forbidden' } })
  }
})

it('answers with the method’s value', async () => {
  expect(await answerShell(handlers, page, 'preferences.load', undefined)).toEqual({ value: null })
  expect(await answerShell(handlers, page, 'preferences.save', '{"theme":"dark"}')).toEqual({ value: undefined })
  expect(saved).toEqual(['{"theme":"dark"}'])
})

it('knows the methods of the contract only, and takes only what they take', async () => {
  for (const name of ['preferences', 'constructor', '__proto__', 'toString', 1, undefined, {}])
    expect(await answerShell(handlers, page, name, undefined)).toMatchObject({ error: { code: 'not-found' } })
  for (const input of [undefined, 1, 'no JSON', { theme: 'dark' }])
    expect(await answerShell(handlers, page, 'preferences.save', input)).toMatchObject({ error: { code: 'bad-request' } })
  expect(saved).toHaveLength(1)
})

it('says what went wrong in the catalogue’s words, and nothing else of it', async () => {
  const failing = (error: unknown): ShellHandlers => ({
    ...handlers,
    'preferences.load': () => {
      throw error
    },
  })
  const of = async (error: unknown) => await answerShell(failing(error), page, 'preferences.load', undefined)
  expect(await of(new VivimError('store-locked'))).toMatchObject({ error: { code: 'store-locked' } })
  const unexpected = await of(new Error('/home/somebody/secret'))
  expect(unexpected).toMatchObject({ error: { code: 'internal' } })
  expect(JSON.stringify(unexpected)).not.toContain('somebody')
})
