/** One run of the importer, from files to the store. Knows formats and counts; the store is behind {@link Intake}. */
import type { ImportFinding, ImportReport } from '../contract/api/imports.ts'
import type { Conversation } from '../contract/content.ts'
import { isVivimError } from '../contract/errors.ts'
import type { ImportReason } from '../contract/import-reasons.ts'
import type { Clock } from '../ports/clock.ts'
import type { Intake } from '../ports/intake.ts'
import { findingOf } from './findings.ts'
import type { ExportFile, ExportSource } from './formats/format.ts'
import { detectFormat } from './formats/index.ts'
import { checkWhole } from './reading/check.ts'
import { countConversation } from './rules.ts'

/** Told as the run goes on. */
export interface RunProgress {
  phase: 'checking' | 'importing'
  bytes: number
  totalBytes: number
  conversations: number
  messages: number
}
/** What a run found, without the fields that its owner knows. */
export type RunReport = Pick<ImportReport, 'conversations' | 'messages' | 'attachments' | 'documents' | 'warnings' | 'bytes'>

export interface RunParts {
  source: ExportSource
  intake: Intake
  /** Stores an attachment's bytes; answers the blob's id. */
  store(bytes: AsyncIterable<Uint8Array>): Promise<string>
  clock: Clock
  onFormat(format: string): void
  onProgress(progress: RunProgress): void
}

const UNREADABLE_SHOWN = 1000
const WARNINGS = 100
/** Milliseconds between two words of progress. */
const PROGRESS_EVERY = 100

/** Checks, reads and stores an export. Errors: the reading's; nothing is stored where the check fails. */
export async function runImport(
  { source, intake, store, clock, onFormat, onProgress }: RunParts,
  signal: AbortSignal,
): Promise<RunReport> {
  const progress: RunProgress = { phase: 'checking', bytes: 0, totalBytes: 0, conversations: 0, messages: 0 }
  const tell = throttled(clock, () => {
    onProgress({ ...progress })
  })
  const format = await detectFormat(source)
  onFormat(format.name)
  const { bytes, warnings } = await checkWhole(source, signal, (done, total) => {
    Object.assign(progress, { bytes: done, totalBytes: total })
    tell()
  })
  Object.assign(progress, { phase: 'importing', bytes: 0 })
  const read = metered(source, (more) => {
    progress.bytes += more
    tell()
  })
  const tally = emptyTally()
  tally.warnings.push(...warnings.slice(0, WARNINGS).map(findingOf))
  const attach = (file: ExportFile): Promise<string> => store(file.stream(signal))
  const unreadable = (ref: string, reason: ImportReason): void => {
    tally.unreadableTotal++
    if (tally.unreadable.length < UNREADABLE_SHOWN) tally.unreadable.push(findingOf({ ref, reason }))
  }
  try {
    const holding = (messages: readonly string[]) => intake.holding(format.source, messages)
    for await (const found of format.read(read, { signal, attach, holding })) {
      signal.throwIfAborted()
      if (found.type === 'unreadable') unreadable(found.ref, found.reason)
      else if (found.type === 'personal') await intake.personal(found.personal)
      else {
        const reason = await refusal(intake.add(found.conversation))
        if (reason !== undefined) unreadable(found.ref, reason)
        else {
          if (!isDocument(found.conversation)) {
            count(tally, found.conversation)
            progress.conversations++
            progress.messages += found.conversation.messages.length
          }
          for (const reason of found.repaired ?? [])
            if (tally.warnings.length < WARNINGS) tally.warnings.push(findingOf({ ref: found.ref, reason }))
        }
      }
      tell()
    }
    await intake.flush()
  } catch (error) {
    // what is on its way arrives before anyone is told that the run has ended
    await intake.abandon()
    throw error
  }
  const counts = await intake.counts()
  return {
    conversations: { ...counts.conversations, unreadable: tally.unreadable, unreadableTotal: tally.unreadableTotal },
    messages: { ...tally.messages, added: counts.added, alreadyHad: Math.max(0, tally.messages.total - counts.added) },
    attachments: tally.attachments,
    documents: counts.documents,
    warnings: tally.warnings,
    bytes,
  }
}

/** What is wrong with a conversation that cannot be kept; the others go on. Any other failure is the import's. */
async function refusal(adding: Promise<void>): Promise<ImportReason | undefined> {
  try {
    await adding
    return undefined
  } catch (error) {
    if (isVivimError(error, 'import-damaged', 'import-too-large') && error.fault) return error.fault.reason
    throw error
  }
}

/** Projects, memories and the like are kept as conversations that are none. */
export const isDocument = (conversation: Conversation): boolean => typeof conversation.extra?.kind === 'string'

const emptyTally = () => ({
  unreadable: [] as ImportFinding[],
  unreadableTotal: 0,
  warnings: [] as ImportFinding[],
  messages: { total: 0, branches: 0, hidden: 0, unknownTypes: 0 },
  attachments: { stored: 0, missing: 0 },
})

function count(tally: ReturnType<typeof emptyTally>, conversation: Conversation): void {
  const counted = countConversation(conversation)
  tally.messages.total += counted.messages
  tally.messages.branches += counted.branches
  tally.messages.hidden += counted.hidden
  tally.messages.unknownTypes += counted.unknownTypes
  tally.attachments.stored += counted.attachments.stored
  tally.attachments.missing += counted.attachments.missing
}

/** The same source, telling how many bytes are read. */
function metered(source: ExportSource, onBytes: (more: number) => void): ExportSource {
  return {
    name: source.name,
    files: source.files.map((file) => ({
      ...file,
      path: file.path,
      size: file.size,
      head: (n) => file.head(n),
      bytes: async (limit, signal) => {
        const bytes = await file.bytes(limit, signal)
        onBytes(bytes.length)
        return bytes
      },
      async *stream(signal) {
        for await (const piece of file.stream(signal)) {
          onBytes(piece.length)
          yield piece
        }
      },
    })),
  }
}

function throttled(clock: Clock, tell: () => void): () => void {
  let last = Number.NEGATIVE_INFINITY
  return () => {
    const now = clock.monotonic()
    if (now - last < PROGRESS_EVERY) return
    last = now
    tell()
  }
}
