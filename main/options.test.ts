import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { createHandover, type Handed } from './lifetime/handed.ts'
import { firstHanded, handedOf, optionsOf } from './options.ts'

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

it('finds what is handed over: files by where they are, links as they are', () => {
  const args = ['--data', 'notes', '--lang=de', 'export.zip', 'vivim://open/x', resolve('/tmp/b.json'), '--hidden']
  expect(handedOf(args, folder)).toEqual({
    files: [resolve('/home/person/export.zip'), resolve('/tmp/b.json')],
    links: ['vivim://open/x'],
    show: false,
  })
  expect(handedOf([], folder)).toEqual({ files: [], links: [], show: true })
})

it('shows no window where the system started it at sign-in', () => {
  expect(firstHanded([], folder, true).show).toBe(false)
  expect(firstHanded(['--hidden'], folder, false).show).toBe(false)
  expect(firstHanded([], folder, false)).toEqual(handedOf([], folder))
})

it('takes no options, foreign addresses or endless lists for files', () => {
  const odd = ['--', '--data=/etc', '-x', 'https://example.org/a.zip', 'file:///etc/passwd', '', 'x'.repeat(5000)]
  expect(handedOf(odd, folder)).toEqual({ files: [], links: [], show: true })
  expect(
    handedOf(
      Array.from({ length: 1000 }, (_, n) => `${n}.zip`),
      folder,
    ).files,
  ).toHaveLength(200)
})

it('keeps what is handed over until somebody takes it', () => {
  const handover = createHandover()
  const one: Handed = { files: ['/a'], links: [], show: true }
  const two: Handed = { files: [], links: ['vivim://x'], show: true }
  handover.give(one)
  const taken: Handed[] = []
  handover.take((handed) => taken.push(handed))
  handover.give(two)
  expect(taken).toEqual([one, two])
})
