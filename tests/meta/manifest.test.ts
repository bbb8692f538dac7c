/** What the manifest, the lockfile and the files say of each other. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { z } from 'zod'

const root = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const versions = z.record(z.string(), z.string())
const manifest = z
  .object({ scripts: versions, dependencies: versions, devDependencies: versions, optionalDependencies: versions })
  .parse(JSON.parse(read('package.json')))
const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.object({ version: z.string().optional(), resolved: z.string().optional(), optionalDependencies: versions.optional() }),
    ),
  })
  .parse(JSON.parse(read('package-lock.json')))

it('pins every dependency to one version', () => {
  const { dependencies, devDependencies, optionalDependencies } = manifest
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
    expect(version, name).toMatch(/^\d+\.\d+\.\d+$/)
  }
})

it('names no registry in the lockfile', () => {
  expect(Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined)).toEqual([])
})

it('locks the optional packages of every platform, so that a clean install is accepted everywhere', () => {
  const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter(
      (name) => !(`${path}/node_modules/${name}` in lock.packages) && !(`node_modules/${name}` in lock.packages),
    ),
  )
  expect(missing).toEqual([])
})

it('starts every npm script through the one starter', () => {
  for (const [name, script] of Object.entries(manifest.scripts)) expect(script).toBe(`node resources/scripts/run.mjs ${name}`)
})

it('keeps generated files and dependencies out of the repository', () => {
  const tracked = execFileSync('git', ['-c', 'safe.directory=*', 'ls-files'], { cwd: root, encoding: 'utf8' }).split('\n')
  expect(tracked.filter((path) => /^(node_modules|out|dist|coverage)\//.test(path) || /\.(log|tsbuildinfo)$/.test(path))).toEqual(
    [],
  )
})
