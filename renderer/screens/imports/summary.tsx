import { type Text, useText } from '../../app/language.tsx'
import { Notice } from '../../components/notice.tsx'
import type { ImportReport, ImportState } from '../../queries/imports.ts'
import css from './report.module.css'

/** The import in words. */
export function Summary({ report, state }: { report: ImportReport; state: ImportState }) {
  const text = useText()
  const gone = state === 'undone' || state === 'erased'
  const stopped = state === 'cancelled' || state === 'interrupted'
  return (
    <>
      {gone && <Notice>{text(`imports.summary.${state}`)}</Notice>}
      {stopped && <Notice kind="warning">{text(`imports.summary.${state}`)}</Notice>}
      <p className={css.summary} data-gone={gone || undefined}>
        {sentences(report, text).join(' ')}
      </p>
    </>
  )
}

/** Whole sentences, each true on its own: what is new first, then what was here, then what is missing. */
function sentences({ conversations, messages, attachments, complete }: ImportReport, text: Text): string[] {
  const { imported, updated, unchanged, unreadableTotal } = conversations
  const nothing = !complete
    ? 'imports.summary.nothing-yet'
    : unreadableTotal > 0
      ? 'imports.summary.none-readable'
      : 'imports.summary.nothing'
  const all = [
    imported > 0 && text('imports.summary.new', { conversations: imported }),
    updated > 0 && text('imports.summary.updated', { conversations: updated }),
    imported + updated === 0 && unchanged > 0 && text('imports.summary.nothing-new', { conversations: unchanged }),
    imported + updated > 0 && unchanged > 0 && text('imports.summary.unchanged', { conversations: unchanged }),
    messages.added > 0 && text('imports.summary.added', { messages: messages.added }),
    imported + updated + unchanged === 0 && text(nothing),
    // Of one that was stopped nobody knows what the rest would have been.
    (complete || unreadableTotal > 0) && text('imports.summary.unreadable', { conversations: unreadableTotal }),
    attachments.missing > 0 && text('imports.summary.missing', { files: attachments.missing }),
  ]
  return all.filter((sentence) => sentence !== false)
}
