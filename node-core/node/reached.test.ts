import { expect, it } from 'vitest'
import { reachedAt } from './reached.ts'

const own = 'http://127.0.0.1:4747'
const root = { bytes: new Uint8Array(0), fingerprint: 'AA' }
/** What the certificate is for: an address that the root may not vouch for is not among it. */
const names = ['localhost', 'shelf.local', '127.0.0.1', 'fd00::1', '10.0.0.5', '192.168.1.5']
const at = (config: { host: string; publicUrl?: string }, tls?: { root?: typeof root }, url: string | null = own) =>
  reachedAt({ publicUrl: undefined, ...config }, url, tls, names)

it('says where phones reach the node, and where they get its root', () => {
  const lan = ['https://10.0.0.5:4747', 'https://192.168.1.5:4747', 'https://shelf.local:4747']
  const certificate = { page: 'http://10.0.0.5:4747', fingerprint: 'AA' }
  expect(at({ host: '0.0.0.0' }, { root })).toEqual({ addresses: lan, certificate })
  const publicUrl = 'https://vivim.example.org'
  expect(at({ host: '0.0.0.0', publicUrl }, { root })).toEqual({ addresses: [publicUrl, ...lan], certificate })
  expect(at({ host: '127.0.0.1', publicUrl })).toEqual({ addresses: [publicUrl], certificate: null })
})

it('offers no address that a phone could not be paired at', () => {
  const alone = { addresses: [own], certificate: null }
  expect(at({ host: '127.0.0.1' })).toEqual(alone)
  expect(at({ host: '0.0.0.0' })).toEqual(alone)
  expect(at({ host: '127.0.0.1' }, { root })).toEqual(alone)
  expect(at({ host: '0.0.0.0' }, {})).toEqual(alone)
  const given = 'https://192.168.1.5:4747'
  expect(at({ host: '192.168.1.5' }, {}, given)).toEqual({ addresses: [given], certificate: null })
  expect(at({ host: '0.0.0.0' }, { root }, null)).toEqual({ addresses: [], certificate: null })
})
