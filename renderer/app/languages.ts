/** The languages that the catalogues are complete in, and how to choose one. */

export const languages = ['en', 'es', 'de', 'ar', 'ja'] as const
/** Each in its own words, for the list to choose from. */
export const languageNames: Readonly<Record<(typeof languages)[number], string>> = {
  en: 'English',
  es: 'Español',
  de: 'Deutsch',
  ar: 'العربية',
  ja: '日本語',
}

/** The first of the person's languages that there is a catalogue for; English where there is none. */
export function matchLanguage(wanted: readonly string[]): (typeof languages)[number] {
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split('-')[0]
    const found = languages.find((language) => language === primary)
    if (found) return found
  }
  return 'en'
}

/** The person's own form of a language, for dates and numbers: “en-GB” of the browser's languages for “en”. */
export function regionalOf(language: string, wanted: readonly string[]): string {
  const found = wanted.find((tag) => tag.toLowerCase().split('-')[0] === language)
  try {
    return (found && Intl.getCanonicalLocales(found)[0]) ?? language
  } catch {
    return language // Some systems hand their own names to browsers.
  }
}

export const directionOf = (language: string): 'ltr' | 'rtl' => (language === 'ar' ? 'rtl' : 'ltr')
