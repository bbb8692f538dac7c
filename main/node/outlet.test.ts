import { PassThrough, Writable } from 'node:stream'
import { expect, it } from 'vitest'
import { createOutlet } from './outlet.ts'

it('leaves the source to others where the terminal that it writes to was closed', async () => {
  const closed = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })
  const terminal = new Writable({ write: (_, __, done) => done(closed) })
  const source = new PassThrough({ encoding: 'utf8' })
  const heard: string[] = []
  source.on('data', createOutlet(terminal)).on('data', (text: string) => heard.push(text))
  const failed = new Promise((resolve) => terminal.once('error', resolve))
  source.write('the first line')
  expect(await failed).toBe(closed)
  // Now nobody but the outlet hears of errors, and there is another one.
  source.write('the next line')
  await expect.poll(() => heard).toEqual(['the first line', 'the next line'])
})
