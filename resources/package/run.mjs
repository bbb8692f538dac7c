// @ts-check
// What `npm run dist`, `dist:npm` and `dist:check` start, on the pinned Node and with everything built.
import { fail } from '../scripts/runtime.mjs'
import { distCheck, makeHeadless, makePackages } from './dist.mjs'

/** @type {Record<string, () => Promise<number>>} */
const commands = { check: distCheck, dist: makePackages, npm: makeHeadless }
const command = commands[process.argv[2] ?? ''] ?? fail(`Usage: node run.mjs ${Object.keys(commands).join(' | ')}`)
process.exitCode = await command()
