// @ts-check
// The files by which installed apps learn of a release, signed: main/updates/release.ts reads them.
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { releaseName, signedPrefix } from '../../main/updates/release.ts'

/** What the updater of each system takes of the packages made, and for which processor. */
const taken = { linux: /\.AppImage$/, darwin: /\.zip$/, win32: /^(?!.*-portable-).*\.exe$/ }

/**
 * Writes `<channel>-<system>.json` beside the packages: a stable release for both channels, a pre-release for beta alone.
 * Answers what was written.
 * @param {{ folder: string, files: readonly string[], system: keyof typeof taken, version: string, notes: string, secret: string, key: string }} options
 *   `secret`: an Ed25519 private key, PEM. `key`: the public key that the apps were packed with; the two have to fit.
 */
export function writeReleases({ folder, files, system, version, notes, secret, key }) {
  const privateKey = createPrivateKey(secret)
  const own = createPublicKey(privateKey).export({ format: 'jwk' }).x
  if (own !== Buffer.from(key, 'base64').toString('base64url'))
    throw new Error('the signing key is not the one that the apps believe')
  const described = files.filter((path) => taken[system].test(basename(path))).map(describe)
  if (described.length === 0) throw new Error(`no package for the updater of ${system} was made`)
  /** @type {import('../../node-core/contract/updates.ts').UpdateChannel[]} */
  const channels = version.includes('-') ? ['beta'] : ['stable', 'beta']
  return channels.map((channel) => {
    const release = JSON.stringify({ channel, system, version, notes, files: described })
    const signature = sign(null, Buffer.from(signedPrefix + release), privateKey).toString('base64')
    const path = join(folder, releaseName(channel, system))
    writeFileSync(path, `${JSON.stringify({ release, signature })}\n`)
    return path
  })
}

/** @param {string} path */
function describe(path) {
  const bytes = readFileSync(path)
  const name = basename(path)
  const arch = /universal/.test(name) ? 'universal' : /arm64|aarch64/.test(name) ? 'arm64' : 'x64'
  return { name, arch, sha512: createHash('sha512').update(bytes).digest('base64'), size: bytes.length }
}
