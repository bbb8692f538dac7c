import { Fragment } from 'react'
import { commandTable, keysOf } from '../../../node-core/contract/commands.ts'
import { appCommands, commands, shortcutPlaces, shortcuts } from '../../app/commands.ts'
import { useHost } from '../../app/host-context.tsx'
import { useText } from '../../app/language.tsx'
import { isMac } from '../../app/shell.tsx'
import css from './help.module.css'

/** Keys that the app's menus have beside those of the page. */
const appShortcuts = [...commands, ...appCommands].flatMap(({ id, name }) => {
  const row = commandTable.find((one) => one.id === id)
  const keys = row && keysOf(row.id, isMac)
  return keys && id !== 'palette' ? [{ name, keys: [keys.map((key) => (key === 'Plus' ? '+' : key))] }] : []
})

/** Every key that does something, by where it does. */
export function Shortcuts() {
  const text = useText()
  const host = useHost()
  const places = [
    ...shortcutPlaces.map((place) => ({ place, here: shortcuts.filter((one) => one.place === place) })),
    { place: 'app' as const, here: host.offers('commands.do') ? appShortcuts : [] },
  ]
  return (
    <>
      {places.map(({ place, here }) => {
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
