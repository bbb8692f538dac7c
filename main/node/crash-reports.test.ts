import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createCrashReports } from './crash-reports.ts'

const root = mkdtempSync(join(tmpdir(), 'vivim-crashes-'))
afterAll(() => rmSync(root, { recursive: true }))
const about = { version: '1.2.3', system: 'linux x64' }
const crash = {
  what: 'node',
  at: 1_800_000_000_000,
  code: 139,
  ran: 1200,
  ready: true,
  words: 'Error: EIO, /home/ada/x',
} as const

it('keeps what a crash says, the newest first, and no more than twenty', () => {
  const folder = join(root, 'some')
  const reports = createCrashReports(folder, about)
  expect(reports.list()).toEqual([])
  reports.write(crash)
  reports.write({ ...crash, code: 1 })
  expect(reports.list()).toEqual([
    { ...about, what: 'node', at: crash.at, code: 1, ran: 1200, ready: true, lines: ['Error EIO'] },
    { ...about, what: 'node', at: crash.at, code: 139, ran: 1200, ready: true, lines: ['Error EIO'] },
  ])
  for (let n = 0; n < 30; n++) reports.write({ ...crash, at: crash.at + 1 + n })
  expect(reports.list()).toHaveLength(20)
  expect(reports.list()[0]?.at).toBe(crash.at + 30)
  if (process.platform !== 'win32') expect(statSync(folder).mode & 0o77).toBe(0)
  reports.clear()
  expect(readdirSync(folder)).toEqual([])
})

it('is not stopped by what else lies in its folder, nor by a folder that cannot be', () => {
  const folder = join(root, 'odd')
  const reports = createCrashReports(folder, about)
  reports.write(crash)
  writeFileSync(join(folder, '1800000000001-0.json'), '{')
  writeFileSync(join(folder, 'notes.txt'), 'mine')
  expect(reports.list()).toHaveLength(1)
  reports.clear()
  expect(readdirSync(folder)).toEqual(['notes.txt'])

  const blocked = join(root, 'file')
  writeFileSync(blocked, '')
  const none = createCrashReports(join(blocked, 'in'), about)
  none.write(crash)
  expect(none.list()).toEqual([])
})
