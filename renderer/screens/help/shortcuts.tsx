import { Fragment } from 'react'
import { shortcutPlaces, shortcuts } from '../../app/commands.ts'
import { useText } from '../../app/language.tsx'
import { isMac } from '../../app/shell.tsx'
import css from './help.module.css'

/** Every key that does something, by where it does. */
export function Shortcuts() {
  const text = useText()
  return (
    <>
      {shortcutPlaces.map((place) => {
        const here = shortcuts.filter((one) => one.place === place)
        if (here.length === 0) return null
        return (
          <table key={place} className={css.table}>
            <caption>{text(`help.keys.${place}`)}</caption>
            <thead className="visually-hidden">
              <tr>
                <th scope="col">{text('help.keys.key')}</th>
                <th scope="col">{text('help.keys.does')}</th>
              </tr>
            </thead>
            <tbody>
              {here.map(({ name, keys }) => (
                <tr key={name}>
                  <th scope="row">
                    <Ways keys={keys} />
                  </th>
                  <td>{text(name)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )
      })}
    </>
  )
}

/** One way to press it, or another. */
const Ways = ({ keys }: { keys: readonly (readonly string[])[] }) => (
  <span className={css.ways} dir="ltr">
    {keys.map((together) => (
      <span key={together.join(' ')}>
        {together.map((key, n) => (
          <Fragment key={key}>
            {n > 0 && ' '}
            <kbd className={css.key}>{key === 'Mod' ? (isMac ? '⌘' : 'Ctrl') : key}</kbd>
          </Fragment>
        ))}
      </span>
    ))}
  </span>
)
