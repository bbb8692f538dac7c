// @ts-check
// What every npm script starts. Runs on any Node from 20 on with nothing installed: it installs and builds what is
// missing, then goes on with the pinned Node. Usage: node run.mjs COMMAND [ARGUMENT…]
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { check } from './check.mjs'
import { fetchElectron } from './electron-binary.mjs'
import { ensureInstalled } from './install.mjs'
import { cache, callerFolder, fail, root, runNode, say } from './runtime.mjs'
import { start } from './start.mjs'
import { test } from './test.mjs'

/** @type {Record<string, (args: string[]) => Promise<number>>} */
const commands = {
  async start(args) {
    await ensureBuilt()
    return await start(args)
  },
  async test(args) {
    await ensureBuilt()
    return await test(args)
  },
  async 'test:desktop'(args) {
    await ensureBuilt()
    return (await fetchElectron()) ? await test(args, { projects: ['desktop'] }) : 1
  },
  check,
  async build() {
    await ensureBuilt({ force: true })
    return 0
  },
  async dist() {
    await ensureBuilt()
    return await runNode([join(root, 'resources/package/run.mjs'), 'dist'])
  },
  async 'dist:npm'() {
    await ensureBuilt()
    return await runNode([join(root, 'resources/package/run.mjs'), 'npm'])
  },
  async 'dist:check'() {
    await ensureBuilt()
    return await runNode([join(root, 'resources/package/run.mjs'), 'check'])
  },
  async vivim(args) {
    await ensureBuilt()
    return await runNode([join(root, 'out/node/vivim.js'), ...args], { cwd: callerFolder })
  },
  dev,
  bench,
  screens,
  format: () => runNode([join(root, 'node_modules/@biomejs/biome/bin/biome'), 'check', '--write', '.']),
}

/** The node from source, started again at every change, beside Vite's server for the page. */
async function dev(/** @type {string[]} */ args) {
  const page = runNode([join(root, 'resources/scripts/dev.mjs')])
  const own = ['serve', '--generate-passphrase', '--data', join(cache, 'dev-data')]
  const node = runNode(['--watch', '--watch-preserve-output', join(root, 'node-core/bin/vivim.ts'), ...own, ...args])
  return Math.max(...(await Promise.all([page, node])))
}

/** A benchmark of tests/bench by its name; it prints JSON. */
async function bench(/** @type {string[]} */ [name, ...args]) {
  const folder = join(root, 'tests/bench')
  const names = existsSync(folder) ? readdirSync(folder).filter((file) => /^[a-z-]+\.ts$/.test(file)) : []
  if (!name || !names.includes(`${name}.ts`)) {
    say(`Usage: npm run bench -- NAME [--size N], where NAME is one of: ${names.map((file) => file.slice(0, -3)).join(', ')}`)
    return 2
  }
  await ensureBuilt()
  return await runNode(['--expose-gc', join(folder, `${name}.ts`), ...args])
}

/** Pictures of every screen, for people to look at. */
async function screens(/** @type {string[]} */ args) {
  await ensureBuilt()
  return await runNode([join(root, 'tests/screens/screens.ts'), ...args], { cwd: callerFolder })
}

const [name = '', ...args] = process.argv.slice(2)
const command = Object.hasOwn(commands, name) ? commands[name] : undefined
if (!command) fail(`Usage: node run.mjs ${Object.keys(commands).join(' | ')}`)
if (Number(process.versions.node.split('.')[0]) < 20) fail(`This needs Node 20 or newer; here is ${process.version}.`)
await ensureInstalled()
process.exitCode = await command(args)
