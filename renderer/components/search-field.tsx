import { Search, X } from 'lucide-react'
import type { ComponentProps } from 'react'
import { useText } from '../app/language.tsx'
import css from './search-field.module.css'

export interface SearchFieldProps extends Omit<ComponentProps<'input'>, 'onChange' | 'value' | 'size'> {
  label: string
  value: string
  change: (next: string) => void
  large?: boolean
}

/** A field to look for something by words; what is typed is kept by nobody but the screen. */
export function SearchField({ label, value, change, large = false, className, ...rest }: SearchFieldProps) {
  const text = useText()
  return (
    <div className={[css.field, className].filter(Boolean).join(' ')} data-large={large || undefined}>
      <Search size={large ? 20 : 16} strokeWidth={1.75} aria-hidden />
      <input
        type="search"
        // An empty field would be left to right, its placeholder with it.
        dir={value === '' ? undefined : 'auto'}
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => change(event.target.value)}
        autoComplete="off"
        autoCorrect="off"
        autoCapitalize="off"
        spellCheck={false}
        {...rest}
      />
      {value !== '' && (
        <button
          type="button"
          className={css.clear}
          aria-label={text('app.clear')}
          title={text('app.clear')}
          onClick={(event) => {
            change('')
            event.currentTarget.parentElement?.querySelector('input')?.focus()
          }}
        >
          <X size={16} strokeWidth={1.75} aria-hidden />
        </button>
      )}
    </div>
  )
}
