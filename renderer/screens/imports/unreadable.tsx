import { useDeferredValue, useState } from 'react'
import { useText } from '../../app/language.tsx'
import type { ImportReport } from '../../queries/imports.ts'
import css from './report.module.css'
import { useReason } from './use-reason.ts'

/** From so many on there is a field to search them. */
const many = 8

/** Everything that could not be read, with the place and the reason. */
export function Unreadable({ report: { conversations } }: { report: ImportReport }) {
  const text = useText()
  const say = useReason()
  const { unreadable, unreadableTotal } = conversations
  const [words, setWords] = useState('')
  const wanted = useDeferredValue(words).trim().toLowerCase()
  if (unreadable.length === 0) return null
  const found = unreadable
    .map((finding) => ({ ref: finding.ref, said: say(finding) }))
    .filter(({ ref, said }) => `${ref} ${said.words}`.toLowerCase().includes(wanted))
  return (
    <section className={css.section}>
      <h2>{text('imports.unreadable')}</h2>
      <p className={css.soft}>{text('imports.unreadable.what')}</p>
      {unreadable.length > many && (
        <input
          type="search"
          className={css.search}
          value={words}
          onChange={({ currentTarget }) => setWords(currentTarget.value)}
          placeholder={text('imports.unreadable.search')}
          aria-label={text('imports.unreadable.search')}
          autoComplete="off"
          spellCheck={false}
        />
      )}
      <p className={wanted ? css.soft : 'visually-hidden'} role="status">
        {wanted && text('imports.unreadable.found', { count: found.length })}
      </p>
      <ul className={css.unreadable}>
        {found.map(({ ref, said }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: one place may be named twice
          <li key={`${index} ${ref}`}>
            <span dir="auto">{ref}</span>
            <span lang={said.lang} dir="auto">
              {said.words}
            </span>
          </li>
        ))}
      </ul>
      {unreadableTotal > unreadable.length && (
        <p className={css.soft}>{text('imports.unreadable.first', { shown: unreadable.length, total: unreadableTotal })}</p>
      )}
    </section>
  )
}
