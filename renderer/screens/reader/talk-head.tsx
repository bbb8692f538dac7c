import { useRef } from 'react'
import { useText } from '../../app/language.tsx'
import { Empty } from '../../components/empty.tsx'
import { ErrorNotice, Notice } from '../../components/notice.tsx'
import type { Conversation } from '../../queries/conversation.ts'
import type { LoadedUnits } from '../../queries/units.ts'
import type { Editor } from './actions.ts'
import { Head } from './head.tsx'
import { HeadSaid } from './head-said.tsx'
import { Lines } from './unit-row.tsx'
import type { Said } from './use-said.ts'

/** What stands above the units, and in their place while there are none. */
export function TalkHead(props: {
  conversation: Conversation
  units: LoadedUnits
  /** Undefined until it was known once: while other pages load, nothing of the head changes. */
  total: number | undefined
  said: Said
  editor: Editor | undefined
  editing: boolean
  edit: (editing: boolean) => void
  /** Whether the address names a unit that is not there. */
  goneUnit: boolean
}) {
  const { conversation, units, total, said, editor, editing, edit, goneUnit } = props
  const text = useText()
  const title = useRef<HTMLHeadingElement>(null)
  const failed = total === undefined && units.error
  return (
    <>
      <Head
        conversation={conversation}
        editing={editing}
        edit={(next) => {
          edit(next)
          // Where the field was, the title is again, a frame later.
          if (!next) requestAnimationFrame(() => title.current?.focus({ preventScroll: true }))
        }}
        titleRef={title}
      >
        <HeadSaid conversation={conversation} said={said} editor={editor} title={title} />
      </Head>
      {goneUnit && <Notice kind="warning">{text('reader.unit-gone')}</Notice>}
      {failed && <ErrorNotice error={failed} again={units.again} />}
      {total === 0 && <Empty title={text('reader.empty.title')}>{text('reader.empty.text')}</Empty>}
      {total === undefined && !failed && [5, 2, 4, 1].map((seed) => <Lines key={seed} seed={seed} />)}
    </>
  )
}
