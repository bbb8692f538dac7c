// @ts-check
// The bill of materials: everything of other people's that the product is bundled from or packed with, as CycloneDX.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../scripts/runtime.mjs'
import { lockedPackage, shipped } from './lock.mjs'

/**
 * CycloneDX 1.6. The same bytes for the same lockfile: there is neither a time nor a random number in it.
 * @param {{ electron: boolean }} options whether Electron is part of it: of the desktop app it is
 */
export function billOfMaterials({ electron }) {
  const { name, version, description, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const own = `pkg:npm/${name}@${version}`
  const packages = shipped()
  const purls = new Map(packages.map((one) => [one.path, purl(one)]))
  const direct = packages.filter(({ path }) => path.lastIndexOf('node_modules/') === 0 && isDirect(path)).map(purl)
  const runtime = electron ? [electronComponent()] : []
  // Two places of one version in the tree are one component.
  const components = new Map(packages.map((one) => [purl(one), component(one)]))
  const dependencies = new Map([[own, [...direct, ...runtime.map((one) => one.purl)]]])
  for (const { path, dependencies: needs } of packages) {
    const ref = purls.get(path) ?? ''
    dependencies.set(ref, [...(dependencies.get(ref) ?? []), ...needs.map((need) => purls.get(need) ?? '')])
  }
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      lifecycles: [{ phase: 'build' }],
      component: { 'bom-ref': own, 'type': 'application', name, version, description, ...licences(license), 'purl': own },
    },
    components: [...components.values(), ...runtime],
    dependencies: [...dependencies].map(([ref, dependsOn]) => ({ ref, dependsOn: [...new Set(dependsOn)].sort() })),
  }
}

/** @type {Record<string, string>} */
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies
const isDirect = (/** @type {string} */ path) => path.slice('node_modules/'.length) in manifest

/** @param {{ name: string, version: string }} one */
const purl = ({ name, version }) => `pkg:npm/${name.replace('@', '%40')}@${version}`

/** @param {import('./lock.mjs').Locked} one */
const component = (one) => ({
  'bom-ref': purl(one),
  'type': 'library',
  'name': one.name,
  'version': one.version,
  // Machine code of one system is part of that system's packages alone.
  'scope': one.system ? 'optional' : 'required',
  'hashes': [{ alg: 'SHA-512', content: Buffer.from(one.integrity.replace(/^sha512-/, ''), 'base64').toString('hex') }],
  ...licences(one.license),
  'purl': purl(one),
})

/** Electron comes as a binary from its project's releases; its npm package only names the version. */
function electronComponent() {
  const { version } = lockedPackage('electron')
  const ref = `pkg:github/electron/electron@v${version}`
  return {
    'bom-ref': ref,
    'type': 'framework',
    'name': 'electron',
    version,
    'scope': 'required',
    'description': 'Brings Chromium and Node',
    ...licences('MIT'),
    'purl': ref,
  }
}

/** @param {string | undefined} expression an SPDX expression */
const licences = (expression) => (expression === undefined ? {} : { licenses: [{ expression }] })
