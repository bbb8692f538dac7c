import { useId } from 'react'
import fields from './fields.module.css'

/** A name that a person gives, of at most 200 characters; in whatever direction it is written. */
export function NameField(props: { readonly label: string; readonly value: string; readonly change: (value: string) => void }) {
  const id = useId()
  return (
    <>
      <label htmlFor={id}>{props.label}</label>
      <input
        id={id}
        className={fields.field}
        value={props.value}
        maxLength={200}
        autoComplete="off"
        dir="auto"
        onChange={({ target }) => props.change(target.value)}
      />
    </>
  )
}
