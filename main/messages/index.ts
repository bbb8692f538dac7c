/** The app's own words: menus, tray, dialogs. The page has catalogues of its own. English is the measure. */
import ar from './ar.json' with { type: 'json' }
import de from './de.json' with { type: 'json' }
import en from './en.json' with { type: 'json' }
import es from './es.json' with { type: 'json' }
import ja from './ja.json' with { type: 'json' }

export type MessageId = keyof typeof en
type Catalogue = Readonly<Record<MessageId, string>>
const catalogues: Readonly<Record<string, Catalogue>> = { en, es, de, ar, ja }

/** Says a message; `{name}` in it becomes the value of that name. */
export type Words = (id: MessageId, values?: Readonly<Record<string, string | number>>) => string

/** The words for the first of `locales` (BCP 47, most wanted first) that there is a catalogue for, or English. */
export function wordsFor(locales: readonly string[]): Words {
  const language = locales
    .map((locale) => locale.toLowerCase().split('-')[0] ?? '')
    .find((name) => Object.hasOwn(catalogues, name))
  const catalogue = catalogues[language ?? 'en'] ?? en
  return (id, values = {}) => catalogue[id].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
