/** The catalogues: one folder per language, one file per screen, loaded as one piece. */
import type { Language } from '../app/preferences.ts'
import { pseudo } from '../app/pseudo.ts'
import type { Messages } from './shape.ts'

const load: Readonly<Record<Exclude<Language, 'pseudo'>, () => Promise<{ default: Messages }>>> = {
  en: () => import('./en/index.ts'),
  es: () => import('./es/index.ts'),
  de: () => import('./de/index.ts'),
  ar: () => import('./ar/index.ts'),
  ja: () => import('./ja/index.ts'),
}

export async function loadMessages(language: Language): Promise<Messages> {
  if (language !== 'pseudo') return (await load[language]()).default
  const { default: english } = await load.en()
  return Object.fromEntries(Object.entries(english).map(([id, text]) => [id, pseudo(text)])) as Messages
}
