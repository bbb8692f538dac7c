/**
 * Security cases 21 and 22, and Electron's checklist: asked of the sources of main, preload and page, and of the bundles
 * that are made of them. Each question is also asked of a text from which the defence was taken, and has to notice.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { fuses } from '../../resources/package/product.mjs'
import { points, type Texts } from './electron-checklist.ts'

const root = join(import.meta.dirname, '../..')
const read = (patterns: string[]): Texts =>
  Object.fromEntries(
    globSync(patterns, { cwd: root, exclude: (path) => /\.test\.ts$/.test(String(path)) }).map((path) => [
      path.replaceAll('\\', '/'),
      readFileSync(join(root, path), 'utf8'),
    ]),
  )
const places = {
  sources: read(['main/**/*.ts', 'preload/*.ts', 'renderer/index.html', 'node-core/contract/{page-policy,shell-names}.ts']),
  bundles: read(['out/main/**/*.js', 'out/preload/*.cjs', 'out/renderer/index.html']),
}

describe.each(Object.entries(places))('Electron’s checklist, of the %s', (_, texts) => {
  it('there is something to ask', () => {
    for (const path of [/main\/main\.[tj]s$/, /preload\/preload\.c?[tj]s$/, /renderer\/index\.html$/])
      expect(Object.keys(texts)).toContainEqual(expect.stringMatching(path))
  })

  it.each(points)('$number: $name', ({ wrong, without }) => {
    expect(wrong(texts)).toEqual([])
    for (const take of without) {
      const taken = Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, take(text)]))
      expect(taken, String(take)).not.toEqual(texts)
      expect(wrong(taken), String(take)).not.toEqual([])
    }
  })
})

it('16: Electron is one exact version, of a line that is maintained', () => {
  expect(manifest.devDependencies.electron).toMatch(/^\d+\.\d+\.\d+$/)
  expect(Number(manifest.devDependencies.electron.split('.')[0])).toBeGreaterThanOrEqual(45)
})

it('19: the fuses are as they have to be', () => {
  expect(fuses).toMatchObject({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  })
})
