import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fakeClock, seededRandom } from '../../tests/kit/clock.ts'
import { MemoryKeychain } from '../adapters/keychain-memory/keychain.ts'
import { leafLifetime, makeLeaf, makeRoot } from '../adapters/x509/certificates.ts'
import { isVivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import type { TlsPair } from '../ports/tls.ts'
import { localName, machineNames, tlsOfFiles, tlsOfOwn } from './tls.ts'

const owner = 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK' as Did
const setUp = () => {
  let next: (() => void) | undefined
  const errors: unknown[] = []
  const heard: TlsPair[] = []
  return {
    clock: fakeClock(),
    random: seededRandom(1),
    keychain: new MemoryKeychain(),
    owner,
    name: 'shelf',
    errors,
    heard,
    onError: (error: unknown) => void errors.push(error),
    after: (_: number, run: () => void) => {
      next = run
      return () => {
        next = undefined
      }
    },
    /** A minute later: looks, and waits until it has looked. */
    async minute() {
      const run = next
      next = undefined
      run?.()
      await expect.poll(() => next !== undefined).toBe(true)
    },
    waits: () => next !== undefined,
  }
}
let at: ReturnType<typeof setUp>
beforeEach(() => {
  at = setUp()
})
const namesIn = ({ cert }: TlsPair) => new X509Certificate(cert).subjectAltName

describe('the node’s own certificate', () => {
  it('is by one root for ever, which the keychain keeps', async () => {
    const first = await tlsOfOwn({ ...at, names: () => ['10.0.0.1'] })
    const again = await tlsOfOwn({ ...at, names: () => ['10.0.0.1'] })
    expect(again.root).toEqual(first.root)
    expect(first.root?.fingerprint).toBe(new X509Certificate(Buffer.from(first.root?.bytes ?? [])).fingerprint256)
    const other = await tlsOfOwn({ ...at, owner: `${owner.slice(0, -1)}J` as Did })
    expect(other.root?.fingerprint).not.toBe(first.root?.fingerprint)
  })

  it('follows the machine to other networks, and is renewed before it ends', async () => {
    let names = ['10.0.0.1']
    const tls = await tlsOfOwn({ ...at, names: () => names })
    tls.follow((pair) => at.heard.push(pair))
    await at.minute()
    expect(at.heard).toEqual([])
    names = ['10.0.0.1', '192.168.7.8']
    await at.minute()
    expect(at.heard.map(namesIn)).toEqual(['IP Address:10.0.0.1, IP Address:192.168.7.8'])
    at.clock.advance((leafLifetime * 2) / 3 - 60_000)
    await at.minute()
    expect(at.heard).toHaveLength(1)
    at.clock.advance(120_000)
    await at.minute()
    expect(at.heard).toHaveLength(2)
    expect(tls.pair).toEqual(at.heard[1])
    expect(new X509Certificate(tls.pair.cert).validToDate.getTime()).toBeGreaterThan(at.clock.now() + leafLifetime - 60_000)
    tls.close()
    expect(at.waits()).toBe(false)
  })

  it('is for what a root may vouch for', () => {
    expect(machineNames()).toEqual(expect.arrayContaining(['localhost', '127.0.0.1']))
    expect(['Shelf', 'shelf.lan', 'Ärger', '', '-a'].map(localName)).toEqual([
      'shelf.local',
      'shelf.local',
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('a certificate in files', () => {
  let folder: string
  let paths: { cert: string; key: string }
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vivim-tls-'))
    paths = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const root = makeRoot('test', fakeClock().now(), seededRandom(2))
  const put = (pair: Partial<TlsPair>) => {
    if (pair.cert !== undefined) writeFileSync(paths.cert, pair.cert)
    if (pair.key !== undefined) writeFileSync(paths.key, pair.key)
  }
  const made = (n: number) => makeLeaf(root, [`n${n}.local`], at.clock.now(), seededRandom(n))

  it('is read anew when it changes, and kept where what stands there cannot be used', async () => {
    const [one, two] = [made(1), made(2)]
    put(one)
    const tls = await tlsOfFiles(paths, at)
    tls.follow((pair) => at.heard.push(pair))
    expect([tls.pair, tls.root]).toEqual([one, undefined])
    await at.minute()
    // half of a renewal, nonsense, and nothing
    put({ cert: two.cert })
    await at.minute()
    put({ cert: 'nonsense' })
    await at.minute()
    rmSync(paths.cert)
    await at.minute()
    expect(at.heard).toEqual([])
    expect(at.errors).toHaveLength(3)
    expect(tls.pair).toEqual(one)
    put(two)
    await at.minute()
    expect(at.heard).toEqual([two])
    expect(tls.pair).toEqual(two)
    tls.close()
  })

  it('must be there, and be the key’s, when the node starts', async () => {
    const codeOf = () =>
      tlsOfFiles(paths, at).then(
        () => 'none',
        (error: unknown) => (isVivimError(error) ? error.code : String(error)),
      )
    expect(await codeOf()).toBe('cannot-listen')
    put({ cert: made(1).cert, key: made(2).key })
    expect(await codeOf()).toBe('cannot-listen')
    put({ cert: 'x', key: createPrivateKey(made(1).key).export({ format: 'pem', type: 'pkcs8' }).toString() })
    expect(await codeOf()).toBe('cannot-listen')
  })
})
