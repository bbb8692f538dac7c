import { type Ref, useEffect, useRef, useState } from 'react'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { ErrorNotice } from '../../components/notice.tsx'
import { type Conversation, useEditConversation } from '../../queries/conversation.ts'
import css from './title.module.css'

/** The longest title that the node takes, in characters. */
const longest = 1000

/** The conversation's title; edited in its place. */
export function Title(props: {
  conversation: Conversation
  editing: boolean
  edit: (editing: boolean) => void
  ref?: Ref<HTMLHeadingElement>
}) {
  const { conversation, editing, edit, ref } = props
  const text = useText()
  const change = useEditConversation(conversation.id)
  return (
    <div className={css.title}>
      {editing ? (
        <TitleField
          title={conversation.title ?? ''}
          save={(title) => {
            if (title && title !== conversation.title) change.mutate({ title })
            edit(false)
          }}
          restore={
            conversation.edited.title
              ? () => {
                  change.mutate({ title: null })
                  edit(false)
                }
              : undefined
          }
        />
      ) : (
        <h1 dir="auto" ref={ref} tabIndex={-1} onDoubleClick={() => edit(true)}>
          {conversation.title ?? text('reader.untitled')}
        </h1>
      )}
      {change.error && <ErrorNotice error={change.error} />}
    </div>
  )
}

function TitleField({
  title,
  save,
  restore,
}: {
  title: string
  save: (title: string) => void
  restore: (() => void) | undefined
}) {
  const text = useText()
  const [value, setValue] = useState(title)
  const field = useRef<HTMLInputElement>(null)
  const left = useRef(false)
  useEffect(() => field.current?.select(), [])
  const end = (wanted: string) => {
    if (left.current) return
    left.current = true
    save(wanted.trim())
  }
  return (
    <>
      <h1 className="visually-hidden">{title || text('reader.untitled')}</h1>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault()
          end(value)
        }}
        onBlur={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget)) end(value)
        }}
      >
        <input
          ref={field}
          className={css.field}
          dir="auto"
          autoComplete="off"
          maxLength={longest}
          aria-label={text('reader.title')}
          value={value}
          onChange={(event) => setValue(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return
            event.stopPropagation()
            end(title)
          }}
        />
        {restore && (
          <Button
            kind="quiet"
            onClick={() => {
              left.current = true
              restore()
            }}
          >
            {text('reader.title.restore')}
          </Button>
        )}
      </form>
    </>
  )
}
