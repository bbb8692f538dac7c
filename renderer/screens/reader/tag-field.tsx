import { Combobox, ComboboxItem, ComboboxPopover, ComboboxProvider } from '@ariakit/react'
import { useDeferredValue, useState } from 'react'
import { longestTag } from '../../../node-core/contract/content.ts'
import { useText } from '../../app/language.tsx'
import { errorText } from '../../components/notice.tsx'
import type { Target } from '../../queries/notes.ts'
import { useSetTag, useTagNames } from '../../queries/tags.ts'
import { useRowActions } from './actions.ts'
import { useAnnounce } from './announce.tsx'
import { useReaderConversation } from './conversation-context.ts'
import css from './tag-field.module.css'

/** So many names are offered. */
const offered = 8

/** A field that puts a tag on targets; names that are in use are offered. */
export function TagField({ targets, done }: { targets: readonly Target[]; done?: () => void }) {
  const text = useText()
  const announce = useAnnounce()
  const { closeEditor } = useRowActions()
  const close = done ?? closeEditor
  const set = useSetTag(useReaderConversation())
  const { data: names = [] } = useTagNames()
  const [value, setValue] = useState('')
  const wanted = useDeferredValue(value.trim().toLowerCase())
  const matching = names.filter((name) => name.toLowerCase().includes(wanted)).slice(0, offered)
  const add = (name: string) => {
    const tag = name.trim()
    if (!tag) return close()
    // The field is gone by the time that the node answers: what it says must not hang on it.
    set.mutateAsync({ targets, tag, on: true }).then(
      () => announce(text('reader.tagged', { count: targets.length })),
      (error: unknown) => announce(errorText(error, text)),
    )
    close()
  }
  return (
    <ComboboxProvider
      value={value}
      setValue={setValue}
      setSelectedValue={(chosen) => typeof chosen === 'string' && chosen && add(chosen)}
      focusLoop
    >
      <Combobox
        className={css.field}
        autoFocus
        autoSelect={false}
        showOnClick
        dir="auto"
        autoComplete="none"
        maxLength={longestTag}
        aria-label={text('reader.tag')}
        placeholder={text('reader.tag')}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.stopPropagation()
            close()
          } else if (event.key === 'Enter' && !event.currentTarget.getAttribute('aria-activedescendant')) {
            event.preventDefault()
            add(value)
          }
        }}
      />
      <ComboboxPopover className={css.list} gutter={4} sameWidth portal hidden={matching.length === 0} unmountOnHide>
        {matching.map((name) => (
          <ComboboxItem key={name} value={name} className={css.item} setValueOnClick={false}>
            <bdi>{name}</bdi>
          </ComboboxItem>
        ))}
      </ComboboxPopover>
    </ComboboxProvider>
  )
}
