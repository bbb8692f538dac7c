// @ts-check
// `npm test`: every test, then what was left out and why, then the counts alone on the last line.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cache, root, runNode } from './runtime.mjs'

/**
 * @param {string[]} args handed on to vitest
 * @param {{ projects?: string[] }} [options]
 * @returns {Promise<number>} the exit code
 */
export async function test(args, { projects = ['unit', 'node'] } = {}) {
  mkdirSync(cache, { recursive: true })
  const path = join(cache, `counts-${process.pid}.json`)
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const chosen = projects.flatMap((project) => ['--project', project])
  const code = await runNode([vitest, 'run', ...chosen, ...args], { more: { VIVIM_TEST_COUNTS: path } })
  const counts = read(path)
  rmSync(path, { force: true })
  for (const [reason, number] of Object.entries(counts.reasons)) {
    console.log(`Left out: ${number} ${number === 1 ? 'test' : 'tests'}: ${reason}`)
  }
  const incomplete = process.env['CI'] === 'true' && process.platform === 'linux' && counts.skipped > 0
  if (incomplete) console.log('CI=true, where no test may be left out: this run has failed.')
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
  return code !== 0 ? code : counts.failed > 0 || incomplete ? 1 : 0
}

/**
 * A run that ended before it could count has failed.
 * @param {string} path
 * @returns {import('../../tests/kit/counts-reporter.ts').Counts}
 */
function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return { passed: 0, failed: 1, skipped: 0, reasons: {} }
  }
}
