import { type FormEvent, useId, useState } from 'react'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import fields from '../../components/fields.module.css'
import type { useWatch } from '../../queries/watching.ts'
import css from './watched-folders.module.css'

/** A folder of the node's machine that nobody thought of, by its path. */
export function OtherFolder({ watch }: { watch: ReturnType<typeof useWatch> }) {
  const text = useText()
  const field = useId()
  const hint = useId()
  const what = useId()
  const [path, setPath] = useState('')
  const [kind, setKind] = useState<'sessions' | 'exports'>('sessions')
  const [given, setGiven] = useState(false)
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (path.trim() !== '') watch.mutate({ path: path.trim(), kind, given }, { onSuccess: () => setPath('') })
  }
  return (
    <details className={css.other}>
      <summary>{text('imports.watch.other')}</summary>
      <form className={fields.form} onSubmit={save}>
        <label htmlFor={field}>{text('imports.watch.folder')}</label>
        <input
          id={field}
          className={fields.field}
          data-exact
          dir="ltr"
          autoComplete="off"
          spellCheck={false}
          aria-describedby={hint}
          value={path}
          onChange={({ target }) => setPath(target.value)}
        />
        <p id={hint} className={css.hint}>
          {text('imports.watch.folder.hint')}
        </p>
        <label htmlFor={what}>{text('imports.watch.kind')}</label>
        <select
          id={what}
          className={fields.field}
          autoComplete="off"
          value={kind}
          onChange={({ target }) => setKind(target.value === 'exports' ? 'exports' : 'sessions')}
        >
          <option value="sessions">{text('imports.watch.kind.sessions')}</option>
          <option value="exports">{text('imports.watch.kind.exports')}</option>
        </select>
        {kind === 'exports' && (
          <label className={css.check}>
            <input type="checkbox" autoComplete="off" checked={given} onChange={({ target }) => setGiven(target.checked)} />
            <span>{text('imports.watch.given')}</span>
          </label>
        )}
        <div>
          <Button type="submit" disabled={path.trim() === '' || watch.isPending}>
            {text('imports.watch.start.exports')}
          </Button>
        </div>
      </form>
    </details>
  )
}
