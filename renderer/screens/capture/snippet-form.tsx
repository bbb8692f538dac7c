import { type FormEvent, type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useIntl } from 'react-intl'
import { longestSnippet, mostSnippetTags } from '../../../node-core/contract/api/snippets.ts'
import { longestTag } from '../../../node-core/contract/content.ts'
import { type ConversationId, toBase32 } from '../../../node-core/contract/ids.ts'
import { useRandom } from '../../app/chance.tsx'
import { useText } from '../../app/language.tsx'
import { isMac } from '../../app/shell.tsx'
import { Button } from '../../components/button.tsx'
import fields from '../../components/fields.module.css'
import { ErrorNotice, Notice } from '../../components/notice.tsx'
import { useCapture } from '../../queries/snippets.ts'
import css from './capture.module.css'

/** What is separated by commas, each once. */
const tagsIn = (words: string): string[] =>
  [...new Set(words.split(/[,،、]/).map((one) => one.trim().slice(0, longestTag)))].filter(Boolean).slice(0, mostSnippetTags)

/** A text of the person's own, with a title and tags if they like. What is typed stays until the node has it. */
export function SnippetForm({ kept, close }: { kept: (id: ConversationId) => void; close?: (() => void) | undefined }) {
  const text = useText()
  const intl = useIntl()
  const random = useRandom()
  const [field, name, tagging] = [useId(), useId(), useId()]
  const [words, setWords] = useState('')
  const [title, setTitle] = useState('')
  const [tags, setTags] = useState('')
  /** Of the text that is being written: sent again, it is the same snippet. */
  const key = useRef<string>(undefined)
  const area = useRef<HTMLTextAreaElement>(null)
  const capture = useCapture()
  const { isPending: busy, failureCount } = capture
  const empty = words.trim() === ''
  const long = words.length > longestSnippet

  useEffect(() => area.current?.focus(), [])
  useLayoutEffect(() => {
    if (empty) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [empty])

  /** What is written now is another snippet than the one that may be on its way. */
  const write = (set: (value: string) => void, value: string) => {
    key.current = undefined
    set(value)
  }
  const keep = (event?: FormEvent) => {
    event?.preventDefault()
    if (empty || long || busy) return
    key.current ??= toBase32(random(16))
    const given = title.trim() === '' ? {} : { title: title.trim() }
    capture.mutate(
      { text: words, ...given, tags: tagsIn(tags), key: key.current },
      {
        onSuccess: ({ id }) => {
          key.current = undefined
          // nothing is held back any more by the time that the window goes
          flushSync(() => {
            setWords('')
            setTitle('')
            setTags('')
          })
          area.current?.focus()
          kept(id)
        },
      },
    )
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      keep()
    } else if (event.key === 'Escape' && close) {
      event.preventDefault()
      close()
    }
  }
  return (
    <form className={`${fields.form} ${css.form}`} onSubmit={keep} onKeyDown={onKeyDown}>
      <label htmlFor={field} className="visually-hidden">
        {text('capture.text')}
      </label>
      <textarea
        id={field}
        ref={area}
        className={`${fields.field} ${css.text}`}
        dir="auto"
        autoComplete="off"
        readOnly={busy}
        placeholder={text('capture.text')}
        value={words}
        onChange={({ target }) => write(setWords, target.value)}
      />
      <label htmlFor={name}>{text('capture.name')}</label>
      <input
        id={name}
        className={fields.field}
        dir="auto"
        autoComplete="off"
        maxLength={1000}
        readOnly={busy}
        value={title}
        onChange={({ target }) => write(setTitle, target.value)}
      />
      <label htmlFor={tagging}>{text('capture.tags')}</label>
      <input
        id={tagging}
        className={fields.field}
        dir="auto"
        autoComplete="off"
        readOnly={busy}
        value={tags}
        onChange={({ target }) => write(setTags, target.value)}
      />
      {long && (
        <Notice kind="warning">
          <p>{text('capture.long', { most: intl.formatNumber(longestSnippet) })}</p>
        </Notice>
      )}
      {busy && failureCount > 0 && (
        <Notice kind="warning">
          <p>{text('capture.waits')}</p>
        </Notice>
      )}
      {capture.error && <ErrorNotice error={capture.error} />}
      <div className={css.foot}>
        <Button
          type="submit"
          kind="primary"
          disabled={empty || long || busy}
          aria-keyshortcuts="Control+Enter Meta+Enter"
          title={isMac ? '⌘ ↩' : 'Ctrl + Enter'}
        >
          {text('capture.keep')}
        </Button>
        {close && <Button onClick={close}>{text('capture.close')}</Button>}
      </div>
    </form>
  )
}
