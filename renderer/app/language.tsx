import { type ReactNode, useEffect, useState } from 'react'
import { IntlProvider, useIntl } from 'react-intl'
import { loadMessages } from '../messages/index.ts'
import type { MessageId, Messages } from '../messages/shape.ts'
import { directionOf, matchLanguage, regionalOf } from './languages.ts'
import type { Preferences } from './preferences.ts'

/** Loads the catalogue that the person asks for, and shows nothing until it is there: no flash of another language. */
export function LanguageProvider({ language, children }: { language: Preferences['language']; children: ReactNode }) {
  const wanted = language === 'system' ? matchLanguage(navigator.languages) : language
  const [loaded, setLoaded] = useState<{ locale: string; messages: Messages }>()

  useEffect(() => {
    let current = true
    void loadMessages(wanted).then((messages) => {
      const spoken = wanted === 'pseudo' ? 'en' : wanted
      if (!current) return
      document.documentElement.lang = spoken
      document.documentElement.dir = directionOf(spoken)
      setLoaded({ locale: regionalOf(spoken, navigator.languages), messages })
    })
    return () => {
      current = false
    }
  }, [wanted])

  if (!loaded) return null
  return (
    <IntlProvider locale={loaded.locale} messages={loaded.messages}>
      {children}
    </IntlProvider>
  )
}

type Value = string | number | Date | null | undefined
/** A text of the catalogue, with its arguments. */
export type Text = (id: MessageId, values?: Readonly<Record<string, Value>>) => string

/** Every word that a screen shows comes through here. */
export function useText(): Text {
  const intl = useIntl()
  return (id, values) => intl.formatMessage({ id }, values)
}
