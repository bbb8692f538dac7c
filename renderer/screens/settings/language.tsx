import { useText } from '../../app/language.tsx'
import { languageNames, languages, matchLanguage } from '../../app/languages.ts'
import { usePreference } from '../../app/preferences-context.tsx'
import { Page, Soft } from '../../components/parts.tsx'
import { Choice } from './choice.tsx'

/** What language the page speaks; the person's own texts stay as they are. */
export function LanguageSection() {
  const text = useText()
  const [{ language }, change] = usePreference()
  const system = matchLanguage(navigator.languages)
  return (
    <Page title={text('settings.language')} lead={text('settings.language.lead')}>
      <Choice
        quiet
        name={text('settings.language')}
        value={language}
        change={(next) => change({ language: next })}
        options={[
          { value: 'system', label: text('settings.language.system'), more: languageNames[system] },
          ...languages.map((value) => ({ value, label: languageNames[value], lang: value })),
        ]}
      />
      <Soft>{text('settings.language.kept')}</Soft>
    </Page>
  )
}
