/** Counts a run for the closing line, and collects why tests were left out; `resources/scripts/test.mjs` prints both last. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

export interface Counts {
  passed: number
  failed: number
  skipped: number
  /** Reason → how many tests were left out for it. */
  reasons: Record<string, number>
  /** Files with a failure, by their path in the project, and what failed in each. */
  failures: Record<string, string[]>
  /** Errors that belong to no test. */
  unhandled: number
}

const root = join(import.meta.dirname, '../..')

export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const path = process.env['VIVIM_TEST_COUNTS']
    if (path === undefined) return
    // An error outside any test is a failure too: nothing that went wrong may be missing from the sum.
    const counts: Counts = {
      passed: 0,
      failed: unhandled.length,
      skipped: 0,
      reasons: {},
      failures: {},
      unhandled: unhandled.length,
    }
    for (const module of modules) {
      const failed: string[] = []
      for (const test of module.children.allTests()) {
        const result = test.result()
        if (result.state === 'passed') counts.passed++
        else if (result.state === 'failed') failed.push(test.fullName)
        else {
          counts.skipped++
          const reason = (result.state === 'skipped' && result.note) || 'marked as skipped'
          counts.reasons[reason] = (counts.reasons[reason] ?? 0) + 1
        }
      }
      if (module.state() === 'failed' && failed.length === 0) failed.push('the file itself')
      if (failed.length > 0) counts.failures[relative(root, module.moduleId).replaceAll('\\', '/')] = failed
      counts.failed += failed.length
    }
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, JSON.stringify(counts))
  }
}
