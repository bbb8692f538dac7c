// @ts-check
// `npm test`: every test, then what was left out and why, then the counts alone on the last line.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cache, root, runNode } from './runtime.mjs'

/** @typedef {import('../../tests/kit/counts-reporter.ts').Counts} Counts */

/** Tests that look at a real browser, where a machine that others use too can be too slow for one look. */
const browsers = /^tests\/(e2e|desktop)\//
/** More failures than these are no chance. */
const mostFiles = 3

/**
 * @param {string[]} args handed on to vitest
 * @param {{ projects?: string[] }} [options]
 * @returns {Promise<number>} the exit code
 */
export async function test(args, { projects = ['unit', 'node'] } = {}) {
  mkdirSync(cache, { recursive: true })
  const chosen = projects.flatMap((project) => ['--project', project])
  const first = await run([...chosen, ...args])
  const ci = process.env['CI'] === 'true'
  const again = ci ? secondLook(first.counts) : []
  const second = again.length > 0 ? await run([...chosen, '--maxWorkers=1', ...again]) : undefined
  const stood = second?.code === 0 && second.counts.failed === 0
  const { counts } = first
  for (const [reason, number] of Object.entries(counts.reasons)) {
    console.log(`Left out: ${number} ${number === 1 ? 'test' : 'tests'}: ${reason}`)
  }
  const incomplete = ci && process.platform === 'linux' && counts.skipped > 0
  if (incomplete) console.log('CI=true, where no test may be left out: this run has failed.')
  for (const [file, names] of stood ? Object.entries(counts.failures) : [])
    for (const name of names) console.log(`Failed, and passed when its file was run again alone: ${file} > ${name}`)
  const failed = stood ? 0 : counts.failed
  console.log(`${counts.passed + counts.failed - failed} passed, ${failed} failed, ${counts.skipped} skipped`)
  const code = stood ? 0 : first.code
  return code !== 0 ? code : failed > 0 || incomplete ? 1 : 0
}

/**
 * The files of a run's failures, where all of them are tests in a browser and few: these are run once more, alone.
 * Whatever else fails has failed.
 * @param {Counts} counts
 */
function secondLook({ failures, unhandled }) {
  const files = Object.keys(failures)
  return unhandled === 0 && files.length <= mostFiles && files.every((file) => browsers.test(file)) ? files : []
}

/**
 * @param {string[]} args
 * @returns {Promise<{ code: number, counts: Counts }>}
 */
async function run(args) {
  const path = join(cache, `counts-${process.pid}.json`)
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const code = await runNode([vitest, 'run', ...args], { more: { VIVIM_TEST_COUNTS: path } })
  const counts = read(path)
  rmSync(path, { force: true })
  return { code, counts }
}

/**
 * A run that ended before it could count has failed.
 * @param {string} path
 * @returns {Counts}
 */
function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return { passed: 0, failed: 1, skipped: 0, reasons: {}, failures: {}, unhandled: 1 }
  }
}
