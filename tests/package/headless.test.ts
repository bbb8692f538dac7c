/** The npm package: installed into an empty folder with an empty cache and no network, it is the whole node. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { packHeadless } from '../../resources/package/headless.mjs'
import { natives } from '../../resources/package/product.mjs'
import { newMachine } from '../kit/product.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'vivim-headless-'))
const installed = join(folder, 'installed/node_modules')
const shell = process.platform === 'win32'
const npm = (args: readonly string[], cwd: string): string =>
  execFileSync(shell ? 'npm.cmd' : 'npm', args, { cwd, encoding: 'utf8', shell, stdio: ['ignore', 'pipe', 'pipe'] })

let archive: string
beforeAll(() => {
  archive = packHeadless(join(folder, 'npm'))
  // The machine code comes from what is installed here, as links: the test asks no registry.
  const code = readdirSync(join(root, 'node_modules/@napi-rs')).map((name) => `@napi-rs/${name}`)
  const needed = [...new Set([...natives, 'node-addon-api', ...code])].map((name) => join(root, 'node_modules', name))
  mkdirSync(join(folder, 'installed'))
  writeFileSync(join(folder, 'installed/package.json'), '{"private":true}')
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--offline', '--cache', join(folder, 'cache')]
  npm(['install', ...quiet, archive, ...needed], join(folder, 'installed'))
})
afterAll(() => rmSync(folder, { recursive: true }))

it('serves, and is used from the command line', async () => {
  const program = join(installed, 'vivim/out/node/vivim.js')
  const own = join(root, 'out/node/vivim.js')
  // As in a container, whose user may be in no table of users: to ask for the name then throws.
  const nameless = `import os from 'node:os'; import { syncBuiltinESMExports as sync } from 'node:module'
    os.userInfo = () => { throw new Error('ENOENT') }; sync()`
  const before = ['--import', `data:text/javascript,${encodeURIComponent(nameless)}`]
  await using machine = await newMachine({
    place: (line) => line.flatMap((word) => (word === own ? [...before, program] : [word])),
  })
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect((await machine.done(['--version'])).stdout.trim()).toBe(version)
  const serving = await machine.serve()
  expect((await fetch(`${serving.origin}/readyz`)).status).toBe(200)
  expect(await (await fetch(serving.origin)).text()).toContain('<title>VIVIM')
  expect((await machine.done(['status', '--json'])).json()).toMatchObject({ status: { version } })
  expect(await serving.stop()).toBe(0)
})

it('needs what the bundles leave outside, and brings nothing else', () => {
  const manifest = JSON.parse(readFileSync(join(installed, 'vivim/package.json'), 'utf8'))
  expect(Object.keys(manifest.dependencies).sort()).toEqual([...natives].sort())
  const files = execFileSync('tar', ['-tzf', archive], { encoding: 'utf8', cwd: folder }).trim().split('\n')
  expect(
    files.filter(
      (path) => !/^package\/(out\/(node|renderer)\/|(package\.json|LICENSE|README\.md|THIRD-PARTY-LICENSES\.txt)$)/.test(path),
    ),
  ).toEqual([])
  expect(files.filter((path) => /\.(map|ts|node)$|test/.test(path))).toEqual([])
})

it('comes with a unit that leaves the node little', () => {
  const text = readFileSync(join(root, 'resources/deploy/vivim.service'), 'utf8')
  const settings = ['NoNewPrivileges=yes', 'ProtectSystem=strict', 'ProtectHome=yes', 'CapabilityBoundingSet=', 'User=vivim']
  for (const line of settings) expect(text.split('\n')).toContain(line)
  expect(text).toContain('LoadCredential=vivim-passphrase:')
  if (spawnSync('systemd-analyze', ['--version']).error) return
  // The program that the unit starts has to be there for systemd to be content.
  const unit = join(folder, 'vivim.service')
  writeFileSync(unit, text.replace('/usr/local/bin/vivim', process.execPath).replace(/^Documentation=.*\n/m, ''))
  const verified = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' })
  expect(verified.stderr.split('\n').filter((line) => line.includes('vivim.service'))).toEqual([])
  const exposure = spawnSync('systemd-analyze', ['security', '--offline=true', unit], { encoding: 'utf8' })
  expect(exposure.stdout).toMatch(/Overall exposure level for vivim\.service: 1\.\d OK/)
})
