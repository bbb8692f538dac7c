import { generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareVersions, type Installation, offerOf, type Release, releaseKey, signedPrefix } from './release.ts'

const pair = generateKeyPairSync('ed25519')
const other = generateKeyPairSync('ed25519')
const key = releaseKey(Buffer.from(pair.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64'))
const installation: Installation = { version: '1.2.0', system: 'linux', arch: 'x64', channel: 'stable' }
const release: Release = {
  channel: 'stable',
  system: 'linux',
  version: '1.3.0',
  notes: '**New**',
  files: [{ name: 'VIVIM-1.3.0.AppImage', arch: 'x64', sha512: `${'A'.repeat(86)}==`, size: 10 }],
}
const signed = (text: string, secret = pair.privateKey, prefix = signedPrefix) =>
  JSON.stringify({ release: text, signature: sign(null, Buffer.from(prefix + text), secret).toString('base64') })
const of = (change: object, with_: Partial<Installation> = {}) =>
  offerOf(signed(JSON.stringify({ ...release, ...change })), key, { ...installation, ...with_ })

describe('a release', () => {
  it('is offered where it is signed, newer, and for this installation', () => {
    expect(of({})).toEqual({ version: '1.3.0', notes: '**New**', file: release.files[0] })
    expect(of({ files: [{ ...release.files[0], arch: 'universal' }] })?.version).toBe('1.3.0')
    expect(of({ files: [{ ...release.files[0], arch: 'arm64' }] })).toBeUndefined()
  })

  it('is not taken where it is not newer: nobody is brought back to an old hole', () => {
    for (const version of ['1.2.0', '1.1.9', '0.9.0']) expect(of({ version })).toBeUndefined()
    expect(of({ version: '1.2.0-beta.9', channel: 'beta' }, { channel: 'beta' })).toBeUndefined()
  })

  it('is refused unsigned, wrongly signed, changed, or signed as something else', () => {
    const text = JSON.stringify(release)
    const good = JSON.parse(signed(text))
    const bad = [
      text,
      '',
      'no JSON',
      JSON.stringify({ release: text }),
      JSON.stringify({ release: text, signature: '' }),
      signed(text, other.privateKey),
      signed(text, pair.privateKey, ''),
      JSON.stringify({ ...good, release: text.replace('1.3.0', '1.4.0') }),
      JSON.stringify({ ...good, release: `${text} ` }),
      JSON.stringify({ ...good, more: 1 }),
      signed(text).slice(0, -3),
      signed(JSON.stringify({ ...release, notes: 'x'.repeat(300_000) })),
    ]
    for (const one of bad)
      expect(() => offerOf(one, key, installation), one.slice(0, 80)).toThrow(expect.objectContaining({ why: 'untrusted' }))
  })

  it('is refused where it is truly signed but for others', () => {
    const refused = expect.objectContaining({ why: 'untrusted' })
    expect(() => of({ channel: 'beta' })).toThrow(refused)
    expect(() => of({ system: 'win32' })).toThrow(refused)
    expect(() => of({ version: '1.4.0-beta.1' })).toThrow(refused)
    for (const name of ['../evil', '/etc/x', 'https://example.org/x', 'a/b', 'a\\b', '.hidden', ''])
      expect(() => of({ files: [{ ...release.files[0], name }] }), name).toThrow(refused)
    for (const version of ['1.3', '1.3.0+1', 'v1.3.0', '01.3.0', '1.3.0 ', ''])
      expect(() => of({ version }), version).toThrow(refused)
    expect(() => of({ files: [] })).toThrow(refused)
    expect(() => of({ html: '<b>' })).toThrow(refused)
  })

  it('of any other bytes is refused and throws nothing else', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.record({ release: fc.string(), signature: fc.base64String() }).map((made) => JSON.stringify(made)),
        ),
        (text) => {
          expect(() => offerOf(text, key, installation)).toThrow(expect.objectContaining({ why: 'untrusted' }))
        },
      ),
    )
  })
})

describe('versions', () => {
  it('are in the order that semantic versioning gives', () => {
    // The order of semver.org, rule 11.
    const rising = [
      '0.9.9',
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      '1.0.1',
      '1.10.0',
      '2.0.0',
    ]
    for (const [index, version] of rising.entries())
      for (const [place, another] of rising.entries())
        expect(Math.sign(compareVersions(version, another)), `${version} ${another}`).toBe(Math.sign(index - place))
  })
})
