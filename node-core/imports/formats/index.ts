/**
 * The import formats, and which of them a source is. To add one: write a file beside this one that exports a
 * `Format`, and add it to the list.
 */
import { importReason } from '../../contract/import-reasons.ts'
import { refuse } from '../reading/refuse.ts'
import { chatgpt } from './chatgpt.ts'
import { claude } from './claude.ts'
import { claudeCode } from './claude-code.ts'
import { codex } from './codex.ts'
import { copilot } from './copilot.ts'
import { deepseek } from './deepseek.ts'
import type { ExportSource, Format } from './format.ts'
import { gemini } from './gemini.ts'
import { grok } from './grok.ts'
import { jan } from './jan.ts'
import { lechat } from './lechat.ts'
import { librechat } from './librechat.ts'
import { lmstudio } from './lmstudio.ts'
import { openwebui } from './openwebui.ts'
import { vivim } from './vivim.ts'

/** In the order that settles ties of {@link detectFormat}. */
export const formats: readonly Format[] = [
  vivim,
  chatgpt,
  claude,
  gemini,
  deepseek,
  claudeCode,
  codex,
  openwebui,
  librechat,
  grok,
  copilot,
  lechat,
  lmstudio,
  jan,
]

/** The format of a source; fails with `import-unknown-format`, or `import-empty` where there is nothing at all. */
export async function detectFormat(source: ExportSource): Promise<Format> {
  if (source.files.length === 0) throw refuse('import-empty', source.name, importReason('no-files'))
  let surest: Format | undefined
  let most = 0
  for (const format of formats) {
    const certainty = await format.detect(source)
    if (certainty <= most) continue
    surest = format
    most = certainty
  }
  if (surest) return surest
  const known = formats.map(({ name }) => name).join(', ')
  throw refuse('import-unknown-format', source.name, importReason('no-format', { formats: known }))
}
