import { Archive, ListTree, Search, Star } from 'lucide-react'
import type { ReactNode } from 'react'
import { useText } from '../../app/language.tsx'
import { IconButton } from '../../components/button.tsx'
import { type Conversation, useEditConversation } from '../../queries/conversation.ts'
import css from './toolbar.module.css'

/** What can be done with the conversation, above everything that scrolls. */
export function Toolbar(props: {
  conversation: Conversation
  /** Whether the title itself is out of sight. */
  titled: boolean
  panel: boolean
  togglePanel: () => void
  find: () => void
  leading: ReactNode
  menu: ReactNode
}) {
  const { conversation, titled, panel, togglePanel, find, leading, menu } = props
  const text = useText()
  const edit = useEditConversation(conversation.id)
  const { starred, archived } = conversation
  return (
    <div className={css.toolbar} role="toolbar" aria-label={text('reader.toolbar')}>
      {leading}
      <span className={css.title} dir="auto" aria-hidden data-shown={titled}>
        {conversation.title ?? text('reader.untitled')}
      </span>
      <IconButton
        label={text(starred ? 'reader.unstar' : 'reader.star')}
        aria-pressed={starred}
        onClick={() => edit.mutate({ starred: !starred })}
      >
        <Star size={18} strokeWidth={1.75} aria-hidden fill={starred ? 'currentColor' : 'none'} />
      </IconButton>
      {archived && (
        <IconButton label={text('reader.unarchive')} aria-pressed onClick={() => edit.mutate({ archived: false })}>
          <Archive size={18} strokeWidth={1.75} aria-hidden />
        </IconButton>
      )}
      <IconButton label={text('reader.find')} onClick={find} aria-keyshortcuts="Control+F Meta+F">
        <Search size={18} strokeWidth={1.75} aria-hidden />
      </IconButton>
      <IconButton label={text('reader.panel')} aria-pressed={panel} aria-expanded={panel} onClick={togglePanel}>
        <ListTree className={css.outline} size={18} strokeWidth={1.75} aria-hidden />
      </IconButton>
      {menu}
    </div>
  )
}
