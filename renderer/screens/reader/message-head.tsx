import { Copy, Link2, MessageSquarePlus, SquareCheck, Tag } from 'lucide-react'
import { useIntl } from 'react-intl'
import { useText } from '../../app/language.tsx'
import type { Unit } from '../../queries/units.ts'
import { useRowActions } from './actions.ts'
import { BranchSwitch } from './branch-switch.tsx'
import { ActionMenu } from './menu.tsx'
import css from './message-head.module.css'

/** Who speaks, since when, and which of the things that were said in this place. */
export function MessageHead({
  head,
  name,
  index,
  before,
}: {
  head: Unit
  name: string
  index: number
  before: number | undefined
}) {
  const text = useText()
  const intl = useIntl()
  const actions = useRowActions()
  const { time, siblings, hidden } = head
  const sameDay = time !== undefined && before !== undefined && new Date(time).toDateString() === new Date(before).toDateString()
  return (
    <div className={css.head}>
      <h2 className={css.name}>
        <bdi>{name}</bdi>
      </h2>
      {time !== undefined && (
        <time
          className={css.time}
          dateTime={new Date(time).toISOString()}
          title={intl.formatDate(time, { dateStyle: 'full', timeStyle: 'medium' })}
        >
          {sameDay
            ? intl.formatTime(time, { timeStyle: 'short' })
            : intl.formatDate(time, { dateStyle: 'medium', timeStyle: 'short' })}
        </time>
      )}
      {hidden && <span className={css.time}>{text('reader.hidden')}</span>}
      {siblings && <BranchSwitch siblings={siblings} to={(message) => actions.switchTo(index, message)} />}
      <span className={css.menu}>
        <ActionMenu
          label={text('reader.message', { name })}
          groups={[
            [
              { name: text('reader.message.copy'), icon: Copy, act: () => actions.copyMessage(index) },
              { name: text('reader.link'), icon: Link2, act: () => actions.copyLink(head.id) },
              { name: text('reader.message.choose'), icon: SquareCheck, act: () => actions.chooseMessage(index) },
            ],
            [
              { name: text('reader.note.add'), icon: MessageSquarePlus, act: () => actions.write(head.message) },
              { name: text('reader.tag.add'), icon: Tag, act: () => actions.tag(head.message) },
            ],
          ]}
        />
      </span>
    </div>
  )
}
