import { expect, it } from 'vitest'
import type { ImportReport } from '../contract/api/imports.ts'
import type { ImportId } from '../contract/ids.ts'
import { importReason } from '../contract/import-reasons.ts'
import { findingOf, presentReport } from './findings.ts'

const report: Omit<ImportReport, 'warnings' | 'complete'> = {
  id: 'a'.repeat(26) as ImportId,
  name: 'export.zip',
  state: 'done',
  format: 'chatgpt',
  started: 1,
  finished: 2,
  conversations: {
    imported: 1,
    updated: 0,
    unchanged: 0,
    unreadable: [{ ref: 'a #2', reason: 'it is odd' }],
    unreadableTotal: 1,
  },
  messages: { total: 1, added: 1, alreadyHad: 0, branches: 0, hidden: 0, unknownTypes: 0 },
  attachments: { stored: 0, missing: 0 },
  documents: 0,
  bytes: 10,
  seconds: 1,
}

it('tells a place, a reason by code, and the words', () => {
  expect(findingOf({ ref: 'a.json #1', reason: importReason('entry-large', { size: 9, limit: 5 }) })).toEqual({
    ref: 'a.json #1',
    reason: 'it has 9 bytes; at most 5 are taken',
    code: 'entry-large',
    params: { size: 9, limit: 5 },
  })
  expect(findingOf({ ref: '', reason: importReason('stopped') })).not.toHaveProperty('params')
  expect(findingOf({ ref: 'x'.repeat(1000), reason: importReason('empty') }).ref).toHaveLength(301)
})

it('shows the sentences of reports of earlier versions as they are', () => {
  expect(presentReport({ ...report, warnings: ['a.json: something was put right'] })).toEqual({
    ...report,
    warnings: [{ ref: '', reason: 'a.json: something was put right' }],
    complete: true,
  })
})

it('knows of every report whether the export was read to its end', () => {
  for (const state of ['cancelled', 'interrupted'] as const)
    expect(presentReport({ ...report, state, warnings: [] }).complete).toBe(false)
  expect(presentReport({ ...report, state: 'undone', warnings: [], complete: true }).complete).toBe(true)
})
