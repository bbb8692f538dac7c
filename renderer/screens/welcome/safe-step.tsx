import { Link } from 'wouter'
import { useText } from '../../app/language.tsx'
import { languageNames, languages } from '../../app/languages.ts'
import type { Preferences } from '../../app/preferences.ts'
import { usePreference } from '../../app/preferences-context.tsx'
import fields from '../../components/fields.module.css'
import { Typed } from './typed.tsx'
import css from './welcome.module.css'

const themes = ['system', 'light', 'dark'] as const
const chosen = <T extends string>(known: readonly T[], value: string): T | undefined => known.find((one) => one === value)

/** A backup, and how the window looks and speaks. */
export function SafeStep() {
  const text = useText()
  const [preferences, change] = usePreference()
  const spoken: readonly Preferences['language'][] = ['system', ...languages]
  return (
    <div className={css.content}>
      <p className={css.lead}>{text('welcome.safe.text')}</p>
      <section className={css.section}>
        <h2>{text('welcome.backup')}</h2>
        <Typed words="welcome.backup.text" command="backup /media/usb/vivim.backup" />
        <p>
          <Link href="/settings/backup">{text('welcome.backup.more')}</Link>
        </p>
      </section>
      <section className={css.section}>
        <h2>{text('welcome.looks')}</h2>
        <fieldset className={css.themes}>
          <legend>{text('welcome.theme')}</legend>
          {themes.map((theme) => (
            <label key={theme}>
              <input type="radio" name="theme" checked={preferences.theme === theme} onChange={() => change({ theme })} />
              {text(`welcome.theme.${theme}`)}
            </label>
          ))}
        </fieldset>
        <label className={css.language}>
          {text('welcome.language')}
          <select
            className={fields.field}
            value={preferences.language}
            onChange={({ currentTarget }) => {
              const language = chosen(spoken, currentTarget.value)
              if (language) change({ language })
            }}
          >
            <option value="system">{text('welcome.language.system')}</option>
            {languages.map((language) => (
              <option key={language} value={language} lang={language}>
                {languageNames[language]}
              </option>
            ))}
          </select>
        </label>
      </section>
    </div>
  )
}
