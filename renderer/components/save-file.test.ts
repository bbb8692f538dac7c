import { expect, it } from 'vitest'
import { nameIn } from './save-file.ts'

it('finds the name that the node offers, plain or whole', () => {
  expect(nameIn('attachment; filename="vivim-export-2026-01-02.zip"')).toBe('vivim-export-2026-01-02.zip')
  expect(nameIn(`attachment; filename="Gespr_ch (1).md"; filename*=UTF-8''Gespr%C3%A4ch%20%281%29.md`)).toBe('Gespräch (1).md')
  expect(nameIn(`attachment; filename="plain"; filename*=UTF-8''%zz`)).toBe('plain')
  expect([nameIn('attachment'), nameIn(null)]).toEqual([undefined, undefined])
})
