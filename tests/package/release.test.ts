/** What `npm run dist` signs is what installed apps take, and nobody else's. */
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { offerOf, releaseKey } from '../../main/updates/release.ts'
import { writeReleases } from '../../resources/package/release.mjs'

const folder = mkdtempSync(join(tmpdir(), 'vivim-release-'))
afterAll(() => rmSync(folder, { recursive: true }))
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const secret = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
const key = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64')
const put = (...names: string[]) =>
  names.map((name) => {
    writeFileSync(join(folder, name), name)
    return join(folder, name)
  })
const installed = { version: '1.0.0', arch: 'x64' } as const

it('offers each system and processor its own file, a stable release on both channels', () => {
  const linux = put('VIVIM-2.0.0-linux-x86_64.AppImage', 'VIVIM-2.0.0-linux-arm64.AppImage', 'VIVIM-2.0.0-linux-amd64.deb')
  const windows = put('VIVIM-2.0.0-win-x64.exe', 'VIVIM-2.0.0-portable-x64.exe')
  const mac = put('VIVIM-2.0.0-mac-universal.zip', 'VIVIM-2.0.0-mac-universal.dmg')
  const made = { folder, version: '2.0.0', notes: '- better', secret, key }
  for (const [system, files, expected] of [
    ['linux', linux, 'VIVIM-2.0.0-linux-x86_64.AppImage'],
    ['win32', windows, 'VIVIM-2.0.0-win-x64.exe'],
    ['darwin', mac, 'VIVIM-2.0.0-mac-universal.zip'],
  ] as const) {
    const paths = writeReleases({ ...made, files, system })
    expect(paths.map((path) => basename(path))).toEqual([`stable-${system}.json`, `beta-${system}.json`])
    for (const [index, channel] of (['stable', 'beta'] as const).entries()) {
      const text = readFileSync(paths[index] ?? '', 'utf8')
      const offer = offerOf(text, releaseKey(key), { ...installed, system, channel })
      expect(offer).toMatchObject({ version: '2.0.0', notes: '- better', file: { name: expected, size: expected.length } })
    }
  }
  expect(
    offerOf(readFileSync(join(folder, 'stable-linux.json'), 'utf8'), releaseKey(key), {
      ...installed,
      arch: 'arm64',
      system: 'linux',
      channel: 'stable',
    })?.file.name,
  ).toBe('VIVIM-2.0.0-linux-arm64.AppImage')
})

it('brings a pre-release to the beta channel alone, and signs with no key that the apps do not believe', () => {
  const files = put('VIVIM-2.1.0-beta.1-linux-x86_64.AppImage')
  const made = { folder, files, system: 'linux', version: '2.1.0-beta.1', notes: '', secret, key } as const
  expect(writeReleases(made).map((path) => basename(path))).toEqual(['beta-linux.json'])
  expect(() => writeReleases({ ...made, key: Buffer.alloc(32, 1).toString('base64') })).toThrow()
  expect(() => writeReleases({ ...made, files: [] })).toThrow()
})
