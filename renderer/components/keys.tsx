import { useText } from '../app/language.tsx'
import { isMac } from '../app/shell.tsx'
import css from './keys.module.css'

const macNames: Readonly<Record<string, string>> = { Mod: '⌘', Alt: '⌥', Shift: '⇧' }

/** Each way to press something, as keys to look at; see `app/commands.ts`. */
export function Keys({ keys }: { keys: readonly (readonly string[])[] }) {
  const text = useText()
  return (
    <span className={css.keys} dir="ltr">
      {keys.map((together, at) => (
        <span key={together.join(' ')}>
          {at > 0 && <span className="visually-hidden">{text('app.or')}</span>}
          {together.map((key) => (
            <kbd key={key}>{(isMac ? macNames[key] : undefined) ?? (key === 'Mod' ? 'Ctrl' : key)}</kbd>
          ))}
        </span>
      ))}
    </span>
  )
}
