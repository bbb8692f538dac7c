import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig, settingFault, settings, settingTakes } from './config.ts'

let data: string
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'vivim-config-'))
})
afterEach(() => rmSync(data, { recursive: true, force: true }))
const read = (given: object = {}) => readConfig({ data, ...given }, {})
const write = (value: unknown) => writeFileSync(join(data, 'config.json'), JSON.stringify(value))

describe('settings', () => {
  it.each<[string, unknown[], unknown[]]>([
    ['host', ['127.0.0.1', '::1'], ['', 'http://a', 5, null]],
    ['port', [0, 65535, '4747'], ['abc', '', -1, 65536, 1.5, '1e3', true, null]],
    ['names', [[], ['a:1']], ['a', [''], ['http://a']]],
    [
      'publicUrl',
      ['https://vivim.example.org', 'https://a:8443/', 'http://10.0.0.1'],
      ['a', 'ftp://a', 'https://a/b', 'https://a@b', 5],
    ],
    ['tlsCert', ['cert.pem'], ['', 5]],
    ['tlsKey', ['key.pem'], ['', 5]],
    ['localTls', [true, false], ['true', 1]],
    ['trustedProxies', [[], ['10.0.0.1', 'fd00::/8']], ['10.0.0.1', ['proxy'], ['10.0.0.0/33']]],
    ['metricsToken', ['x'.repeat(16)], ['short', 5]],
    ['uploadLimit', [1, '1000'], [0, 'much', '1GB', null]],
    ['deviceName', ['shelf'], ['', 'x'.repeat(201), 5]],
    ['logRequests', [true, false], ['true', 1]],
  ])('%s', (key, good, bad) => {
    for (const value of good) expect(settingFault(key, value), JSON.stringify(value)).toBeUndefined()
    for (const value of bad) {
      const said = settingFault(key, value)
      expect(said, JSON.stringify(value)).toMatch(new RegExp(`^${key} takes .*\\.$`))
      if (key === 'metricsToken') expect(said).not.toContain('short')
      else expect(said).toContain(`, not “${typeof value === 'string' ? value : JSON.stringify(value)}`.slice(0, 40))
    }
  })
  it('are all described', () => {
    expect(Object.keys(settingTakes).sort()).toEqual(Object.keys(settings.shape).sort())
    expect(settingFault('prot', 1)).toMatch(/no setting “prot”; there are: host, port/)
  })
  it('come from options, then the file, then what is usual; a bad one says from where', () => {
    expect(read()).toMatchObject({ host: '127.0.0.1', port: 4747 })
    write({ port: 4800, host: '::1' })
    expect(read({ port: '0' })).toMatchObject({ host: '::1', port: 0 })
    write({ port: 'abc' })
    expect(() => read()).toThrow(`In ${join(data, 'config.json')}: port takes a whole number from 0 to 65535, not “abc”.`)
    expect(read({ port: '1' })).toMatchObject({ port: 1 })
    expect(() => read({ port: 'def' })).toThrow(/^(?!.*config\.json).*not “def”\.$/)
    expect(() => readConfig({ data: join(data, 'config.json') }, {})).toThrow(/must be a directory/)
    writeFileSync(join(data, 'config.json'), '[]')
    expect(() => read()).toThrow(/config\.json is not a JSON object/)
  })
})
