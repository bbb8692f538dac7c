import { type FormEvent, useId, useState } from 'react'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import fields from '../../components/fields.module.css'
import { Notice } from '../../components/notice.tsx'
import css from './locked.module.css'
import { Problem, useAct } from './use-act.tsx'

/** As short as a new passphrase may be, in characters. */
const shortest = 8

/** Asks for the passphrase that there is. What is typed leaves the page once it was given. */
export function PassphraseForm(props: { label: string; wrong: boolean; give: (passphrase: string) => Promise<unknown> }) {
  const text = useText()
  const field = useId()
  const [typed, setTyped] = useState('')
  const [run, pending, error] = useAct()
  const give = (event: FormEvent) => {
    event.preventDefault()
    setTyped('')
    run(() => props.give(typed))
  }
  return (
    <form className={`${fields.form} ${css.form}`} onSubmit={give}>
      {props.wrong && !pending && (
        <Notice kind="danger">
          <p>{text('error.keychain-wrong-passphrase')}</p>
        </Notice>
      )}
      <Problem error={error} />
      <label htmlFor={field}>{text('locked.passphrase.field')}</label>
      <Secret id={field} value={typed} change={setTyped} autoComplete="current-password" focus />
      <div>
        <Button type="submit" kind="primary" disabled={pending || typed === ''}>
          {props.label}
        </Button>
      </div>
    </form>
  )
}

/** Two fields for a new passphrase. */
export function NewPassphrase({ value, change }: { value: NewSecret; change: (value: NewSecret) => void }) {
  const text = useText()
  const [first, second] = [useId(), useId()]
  const { next, again } = value
  const problem =
    next !== '' && [...next].length < shortest
      ? 'locked.new.short'
      : again !== '' && again !== next
        ? 'locked.new.differ'
        : undefined
  return (
    <>
      <label htmlFor={first}>{text('locked.new.field')}</label>
      <Secret id={first} value={next} change={(typed) => change({ ...value, next: typed })} autoComplete="new-password" />
      <label htmlFor={second}>{text('locked.new.again')}</label>
      <Secret id={second} value={again} change={(typed) => change({ ...value, again: typed })} autoComplete="new-password" />
      <span className={css.soft} role="status">
        {text(problem ?? 'locked.new.hint')}
      </span>
    </>
  )
}
export interface NewSecret {
  readonly next: string
  readonly again: string
}
export const noSecret: NewSecret = { next: '', again: '' }
export const isUsable = ({ next, again }: NewSecret): boolean => [...next].length >= shortest && next === again

/** A field whose words nobody sees. */
export function Secret(props: {
  id: string
  value: string
  change: (value: string) => void
  autoComplete: 'current-password' | 'new-password'
  focus?: boolean
}) {
  return (
    <input
      id={props.id}
      className={fields.field}
      type="password"
      value={props.value}
      maxLength={1024}
      autoComplete={props.autoComplete}
      dir="auto"
      ref={props.focus ? focus : undefined}
      onChange={({ target }) => props.change(target.value)}
    />
  )
}

/** It is all that there is to do on its screen. */
const focus = (field: HTMLInputElement | null) => field?.focus()
