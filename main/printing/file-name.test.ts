import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fileNameOf } from './file-name.ts'

it('makes of any title a name of a file in one folder', () => {
  expect(fileNameOf('A plan: night / train?')).toBe('A plan night train')
  expect(fileNameOf('../../etc/passwd')).toBe('etc passwd')
  expect(fileNameOf('con')).toBe('con_')
  expect(fileNameOf(' .\u202e. ')).toBe('VIVIM')
  expect(fileNameOf('日本語の題')).toBe('日本語の題')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (title) => {
      const name = fileNameOf(title)
      expect(name).not.toMatch(/[/\\:\p{Cc}]|^\.|[. ]$|^$/u)
      expect([...name].length).toBeLessThanOrEqual(81)
    }),
  )
})
