import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { optionsOf } from './options.ts'

const folder = resolve('/home/person')

it('finds the node’s options among others', () => {
  expect(optionsOf([], folder)).toEqual({})
  expect(
    optionsOf(['--data', 'notes', '--port=0', '--passphrase-file', resolve('/keys/p'), '--no-sandbox', '--lang=de'], folder),
  ).toEqual({
    data: resolve('/home/person/notes'),
    port: 0,
    passphraseFile: resolve('/keys/p'),
  })
})

it('refuses values that cannot be used', () => {
  for (const port of ['65536', '-1', '1e3', 'x', ''])
    expect(() => optionsOf([`--port=${port}`], folder), port).toThrow(RangeError)
  expect(() => optionsOf(['--data='], folder)).toThrow(RangeError)
  expect(() => optionsOf(['--data'], folder)).toThrow(RangeError)
})
