import type { ClipboardEvent } from 'react'
import { useText } from '../../app/language.tsx'
import { isTyping } from '../../app/shortcuts.ts'
import { offer } from '../../components/save-file.ts'
import type { Conversation } from '../../queries/conversation.ts'
import type { Unit } from '../../queries/units.ts'
import type { RowActions } from './actions.ts'
import { useAnnounce } from './announce.tsx'
import { isEditable } from './edits.ts'
import { fileName } from './file-name.ts'
import { type Chosen, documentOf, markdownOf } from './markdown-text.ts'
import { targetOf } from './selection.ts'
import { useSpeaker } from './speaker.ts'
import type { Choosing } from './use-choosing.ts'

/** What can be done with the units that are chosen. `here`: the one that keys move from. */
export function useChosen(options: {
  conversation: Conversation
  choosing: Choosing
  actions: RowActions
  here: { unit: Unit; index: number } | undefined
  copy: (words: string, said: string) => Promise<void>
  /** As the person reads it. */
  shown: (one: Chosen) => Chosen
}) {
  const { conversation, choosing, actions, here, copy, shown } = options
  const text = useText()
  const announce = useAnnounce()
  const speaker = useSpeaker(conversation.source)
  const chosen = [...choosing.chosen.values()]
  const only = chosen.length === 1 ? chosen[0] : undefined
  return {
    copyChosen: () => void copy(markdownOf(chosen.map(shown)), text('reader.copied')),
    noteChosen: () => {
      const target = targetOf(choosing.chosen)
      if (target) actions.write(target)
    },
    editChosen:
      only && isEditable(only.unit)
        ? () => {
            choosing.clear()
            actions.edit(only.unit)
          }
        : undefined,
    saveChosen: () => {
      const name = conversation.title ?? text('reader.untitled')
      offer(new Blob([documentOf(name, chosen.map(shown), speaker)], { type: 'text/markdown' }), fileName(name, 'md'))
    },
    /** Copying without words marked copies the units that are chosen, else the one with the focus. */
    copied: (event: ClipboardEvent) => {
      if (isTyping(event.target) || document.getSelection()?.isCollapsed === false) return
      const some = chosen.length > 0 ? chosen : here ? [here] : []
      if (some.length === 0) return
      event.preventDefault()
      event.clipboardData.setData('text/plain', markdownOf(some.map(shown)))
      announce(text('reader.copied'))
    },
  }
}
