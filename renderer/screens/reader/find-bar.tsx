import { ChevronDown, ChevronUp, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useText } from '../../app/language.tsx'
import { IconButton } from '../../components/button.tsx'
import css from './find-bar.module.css'
import type { Finding } from './use-find.ts'

/** Finds words in the whole conversation, not only in what the browser has on the screen. */
export function FindBar({ finding, close }: { finding: Finding; close: () => void }) {
  const text = useText()
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.select(), [])
  const { query, setQuery, matches, current, searching, partial, move } = finding
  return (
    <search className={css.bar}>
      <input
        ref={field}
        data-find
        type="text"
        dir="auto"
        autoComplete="off"
        spellCheck={false}
        aria-label={text('reader.find')}
        placeholder={text('reader.find')}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return
          if (event.key === 'Enter') {
            event.preventDefault()
            move(event.shiftKey ? -1 : 1)
          } else if (event.key === 'Escape') {
            event.stopPropagation()
            close()
          }
        }}
      />
      <span className={css.count} role="status">
        {query.trim() === ''
          ? ''
          : matches === 0
            ? text(searching ? 'reader.find.searching' : 'reader.find.none')
            : text(searching || partial ? 'reader.find.some' : 'reader.find.count', { current: current + 1, count: matches })}
      </span>
      <IconButton label={text('reader.find.previous')} disabled={matches === 0} onClick={() => move(-1)}>
        <ChevronUp size={18} strokeWidth={1.75} aria-hidden />
      </IconButton>
      <IconButton label={text('reader.find.next')} disabled={matches === 0} onClick={() => move(1)}>
        <ChevronDown size={18} strokeWidth={1.75} aria-hidden />
      </IconButton>
      <IconButton label={text('reader.find.close')} onClick={close}>
        <X size={18} strokeWidth={1.75} aria-hidden />
      </IconButton>
    </search>
  )
}
