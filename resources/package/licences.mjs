// @ts-check
// The licences of what the product is bundled from, as most of them ask: each text once, with the packages under it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../scripts/runtime.mjs'
import { shipped } from './lock.mjs'

/** One text for people; the same on every machine that has the same lockfile installed. */
export function licenceTexts() {
  /** @type {Map<string, string[]>} */
  const byText = new Map()
  // Machine code of other systems is not installed here; its licence is that of the package that loads it.
  for (const { name, path, version, license } of shipped().filter(({ system }) => !system)) {
    const text = licenceOf(path) ?? `${license} (the package brings no text)`
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version}`])
  }
  return [...byText]
    .map(([text, names]) => `${names.join('\n')}\n\n${text.trim()}\n`)
    .sort()
    .join(`\n${'-'.repeat(80)}\n\n`)
}

/** @param {string} path */
function licenceOf(path) {
  const folder = join(root, path)
  try {
    const name = readdirSync(folder)
      .sort()
      .find((file) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(file))
    return name === undefined ? undefined : readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n')
  } catch {
    return undefined
  }
}
