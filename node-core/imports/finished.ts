/** How a run ends: its report, and what of it fits into an event. Pure. */
import type { ImportReport } from '../contract/api/imports.ts'
import { type ImportId, toBase32 } from '../contract/ids.ts'
import { importReason } from '../contract/import-reasons.ts'
import type { IntakeCounts } from '../ports/intake.ts'
import { findingOf } from './findings.ts'
import type { ImportRecord } from './records.ts'
import type { RunReport } from './run.ts'

/** Bytes of a report in an event: a chunk holds 256 KiB. */
const EVENT_BYTES = 128 * 1024

const nothing: RunReport = {
  conversations: { imported: 0, updated: 0, unchanged: 0, unreadable: [], unreadableTotal: 0 },
  messages: { total: 0, added: 0, alreadyHad: 0, branches: 0, hidden: 0, unknownTypes: 0 },
  attachments: { stored: 0, missing: 0 },
  documents: 0,
  warnings: [],
  bytes: 0,
}

/** A record with its end. `found` is null where the run did not reach its end: `stored` is what it had stored by then. */
export function ended(
  record: ImportRecord,
  end: {
    state: ImportRecord['state']
    finished: number
    seconds: number
    found: RunReport | null
    stored: IntakeCounts | null
    error: ImportRecord['error']
  },
): ImportRecord & { report: ImportReport } {
  const { id, name, format, started } = record
  const { state, finished, stored, error } = end
  const found = end.found ?? (stored && storedBy(record, stored))
  const report = {
    id: toBase32(id) as ImportId,
    name,
    state,
    format,
    started,
    finished,
    ...(found ?? nothing),
    seconds: Math.round(end.seconds * 1000) / 1000,
    complete: end.found !== null,
    ...(error ? { error } : {}),
  }
  return {
    ...record,
    state,
    finished,
    conversations: found ? found.conversations.imported + found.conversations.updated : record.conversations,
    messages: found?.messages.total ?? record.messages,
    report: report as ImportReport,
    error,
  }
}

/** The report of a run that was stopped: what is in, and what was read for it. */
function storedBy(record: ImportRecord, { conversations, added, documents }: IntakeCounts): RunReport {
  return {
    ...nothing,
    conversations: { ...nothing.conversations, ...conversations },
    messages: { ...nothing.messages, total: Math.max(record.messages, added), added, alreadyHad: 0 },
    documents,
    warnings: [findingOf({ ref: '', reason: importReason('stopped') })],
  }
}

/** The report as the log keeps it: of very many unreadable entries the first ones, whose number stays true. */
export function reportForEvent(report: ImportReport): Record<string, unknown> {
  let { unreadable } = report.conversations
  for (;;) {
    const kept = { ...report, conversations: { ...report.conversations, unreadable } }
    if (unreadable.length === 0 || Buffer.byteLength(JSON.stringify(kept)) <= EVENT_BYTES) return kept
    unreadable = unreadable.slice(0, unreadable.length >> 1)
  }
}
