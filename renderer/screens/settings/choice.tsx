import { useId } from 'react'
import css from './choice.module.css'

export interface Option<T extends string> {
  readonly value: T
  readonly label: string
  readonly more?: string
  /** Where the label is in another language than the page. */
  readonly lang?: string
}

/** One of a few, all of them to be seen. */
export function Choice<T extends string>(props: {
  name: string
  /** The heading above says the name already. */
  quiet?: boolean
  value: T
  change: (value: T) => void
  options: readonly Option<T>[]
}) {
  const group = useId()
  return (
    <fieldset className={css.choice}>
      <legend className={props.quiet ? 'visually-hidden' : undefined}>{props.name}</legend>
      {props.options.map(({ value, label, more, lang }) => (
        <label key={value} className={css.option}>
          <input
            type="radio"
            name={group}
            value={value}
            autoComplete="off"
            checked={value === props.value}
            onChange={() => props.change(value)}
          />
          <span>
            <bdi lang={lang}>{label}</bdi>
            {more && <small>{more}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
