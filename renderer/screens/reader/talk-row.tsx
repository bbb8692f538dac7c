import type { Source } from '../../../node-core/contract/content.ts'
import type { Editor } from './actions.ts'
import { useRowActions } from './actions.ts'
import { FoldLine } from './fold-line.tsx'
import type { Row } from './rows.ts'
import { useSpeaker } from './speaker.ts'
import { MissingRow, UnitRow } from './unit-row.tsx'
import type { Choosing } from './use-choosing.ts'
import type { Said } from './use-said.ts'

const nothing: readonly never[] = []

/** What stands at one index of the path. */
export function TalkRow(props: {
  index: number
  row: Row
  total: number
  source: Source
  choosing: Choosing
  current: boolean
  marked: boolean
  said: Said
  editor: Editor | undefined
  failed: boolean
}) {
  const { index, row, total, source, choosing, current, marked, said, editor, failed } = props
  const speaker = useSpeaker(source)
  const { again } = useRowActions()
  if (row.kind === 'none') return null
  if (row.kind === 'missing') return <MissingRow index={index} error={failed} again={again} />
  // The line keeps its place, and with it the focus, when it is opened.
  const line = row.fold && <FoldLine fold={row.fold} index={index} total={total} />
  if (row.kind === 'fold') return <>{line}</>
  const { unit } = row
  return (
    <>
      {line}
      <UnitRow
        row={row}
        index={index}
        total={total}
        name={speaker(row.head)}
        chosen={choosing.has(unit.id)}
        choosing={choosing.chosen.size > 0}
        current={current}
        marked={marked}
        notes={said.notesOn(unit.id)}
        edits={said.editsOf(unit.id)}
        messageNotes={unit.first ? said.notesOn(unit.message) : nothing}
        tags={said.tagsOn(unit.id)}
        messageTags={unit.first ? said.tagsOn(unit.message) : nothing}
        editor={editor}
      />
    </>
  )
}
