/** What the desktop app's packages are made of, and that the check of them sees what is wrong. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blankElectron } from '../../resources/package/blank-electron.mjs'
import { fuseFindings } from '../../resources/package/check.mjs'
import { inspectStaged } from '../../resources/package/inspect.mjs'
import { fuses } from '../../resources/package/product.mjs'
import { filesIn, stage } from '../../resources/package/stage.mjs'
import { updatesOf } from '../../resources/package/updates.mjs'

const folder = mkdtempSync(join(tmpdir(), 'vivim-package-'))
const app = join(folder, 'app')
beforeAll(() => void stage('linux', app))
afterAll(() => rmSync(folder, { recursive: true }))

describe('the staged app', () => {
  it('has nothing that may be said against it', () => {
    expect(inspectStaged(app)).toEqual([])
  })

  it('is seen to be wrong where something is missing, is there unasked, or leads outside', () => {
    const put = (path: string, text: string): string[] => {
      writeFileSync(join(app, path), text)
      const findings = inspectStaged(app)
      rmSync(join(app, path))
      return findings
    }
    const without = (path: string): string[] => {
      renameSync(join(app, path), join(folder, 'away'))
      const findings = inspectStaged(app)
      renameSync(join(folder, 'away'), join(app, path))
      return findings
    }
    expect(without('out/node/child.js')).toContain('out/node/child.js is missing')
    expect(without('node_modules/better-sqlite3').join()).toContain('imports better-sqlite3, which is not packed')
    expect(put('out/main/extra.js', 'import "left-pad"')).toEqual(['out/main/extra.js imports left-pad, which is not packed'])
    expect(put('out/node/extra.js', 'await import("./gone.js"); "import x from \'y\'"')).toEqual([
      'out/node/extra.js imports ./gone.js, which is not packed',
    ])
    expect(put('out/node/extra.js', 'require("electron")')).toEqual([
      'out/node/extra.js imports electron: the node runs without it',
    ])
    expect(put('out/main/main.js.map', '{}')).toEqual(['out/main/main.js.map must not be packed'])
    expect(put('.env', '')).toEqual(['.env must not be packed'])
    expect(put('out/main/secrets.env', '')).toEqual(['out/main/secrets.env must not be packed'])
    expect(put('out/main/where.js', `'${join(import.meta.dirname, '../..')}'`).join()).toContain('names a folder of the machine')
    expect(put('big.txt', 'x'.repeat(33 << 20)).join()).toContain('more than 32')
  })

  it('holds machine code for its own system alone, and no way to compile any', () => {
    const code = filesIn(app).filter((path) => path.endsWith('.node'))
    expect(code.length).toBeGreaterThan(1)
    expect(code.filter((path) => !path.includes('linux'))).toEqual([])
    expect(filesIn(app).filter((path) => /\.(gyp|cc?|cpp|h)$/.test(path))).toEqual([])
  })
})

it('blows the fuses that keep the binary to its own code (security case 22)', () => {
  expect(fuses).toMatchObject({
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableCookieEncryption: true,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  })
})

it('reads from a binary whether every fuse is as it has to be', async () => {
  const electron = join(folder, 'electron')
  blankElectron(electron, '0.0.0')
  // The blank binary has every fuse the wrong way round; the settings of the signature are none.
  const names = Object.keys(fuses).filter((name) => name !== 'resetAdHocDarwinSignature')
  expect(await fuseFindings(join(electron, 'electron'))).toHaveLength(names.length)
})

it('takes a place for updates with a key only, and only over TLS', () => {
  const key = Buffer.alloc(32, 7).toString('base64')
  const url = 'https://updates.example/'
  expect(updatesOf({ VIVIM_UPDATES_URL: url, VIVIM_UPDATES_KEY: key })).toEqual({ url, key })
  expect(updatesOf({ VIVIM_UPDATES_URL: url })).toBeUndefined()
  expect(updatesOf({ VIVIM_UPDATES_KEY: key })).toBeUndefined()
  expect(() => updatesOf({ VIVIM_UPDATES_URL: 'http://updates.example/', VIVIM_UPDATES_KEY: key })).toThrow()
  expect(() => updatesOf({ VIVIM_UPDATES_URL: url, VIVIM_UPDATES_KEY: 'c2hvcnQ=' })).toThrow()
})
