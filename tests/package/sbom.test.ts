/** The bill of materials names all that people get of other people's work. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { natives, targets } from '../../resources/package/product.mjs'
import { billOfMaterials } from '../../resources/package/sbom.mjs'

const lock: { packages: Record<string, { version: string; dev?: boolean }> } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8'),
)
const bill = billOfMaterials({ electron: true })
const purls = bill.components.map(({ purl }) => purl).sort()

it('is complete by the lockfile, as npm wrote it', () => {
  // npm marks what is there for development alone. The pinned Node runs the repository's scripts; no package brings it.
  const entries = Object.entries(lock.packages).filter(
    ([path, { dev }]) => path !== '' && !dev && !/\/node-(bin-)?(linux|darwin|win)-/.test(path),
  )
  const expected = entries.map(
    ([path, { version }]) => `pkg:npm/${path.replace(/^.*node_modules\//, '').replace('@', '%40')}@${version}`,
  )
  expect(expected.length).toBeGreaterThan(150)
  expect(purls.filter((purl) => purl.startsWith('pkg:npm/'))).toEqual([...new Set(expected)].sort())
})

it('names Electron and the machine code of every system, each package with a strong hash', () => {
  expect(purls.some((purl) => /^pkg:github\/electron\/electron@v\d+\.\d+\.\d+$/.test(purl))).toBe(true)
  expect(billOfMaterials({ electron: false }).components).toHaveLength(bill.components.length - 1)
  const names = bill.components.map(({ name }) => name)
  for (const name of [...natives, ...Object.values(targets).flatMap(({ packages }) => packages)]) expect(names).toContain(name)
  for (const component of bill.components) {
    if (!('hashes' in component)) continue
    expect(component.hashes.map(({ content }) => content).join(), component.name).toMatch(/^[0-9a-f]{128}$/)
  }
})

it('is the same each time, and says what needs what', () => {
  expect(JSON.stringify(billOfMaterials({ electron: true }))).toBe(JSON.stringify(bill))
  const refs = new Set([bill.metadata.component['bom-ref'], ...purls])
  expect(bill.dependencies.filter(({ ref, dependsOn }) => !refs.has(ref) || dependsOn.some((need) => !refs.has(need)))).toEqual(
    [],
  )
  expect(bill.dependencies.map(({ ref }) => ref).sort()).toEqual([...refs].filter((ref) => !ref.startsWith('pkg:github/')).sort())
})
