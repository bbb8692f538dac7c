/** The screens with most words in the other languages, in Arabic from the right, and with longer words than any. */
import { type Scene, screen, talk, whole } from './scene.ts'

const wordy = [
  { name: 'library', path: '/' },
  { name: 'import', path: '/import' },
  { name: 'settings', path: '/settings/keys' },
] as const
const wordiest = [
  ...wordy,
  { name: 'welcome', path: '/welcome' },
  { name: 'devices', path: '/settings/devices' },
  { name: 'backup', path: '/settings/backup' },
  { name: 'status', path: '/settings/status' },
  { name: 'storage', path: '/settings/storage' },
  { name: 'search', path: '/search' },
  { name: 'notes', path: '/notes' },
  { name: 'help', path: '/help' },
] as const

export const languageScenes: readonly Scene[] = [
  screen('settings-appearance-german', 'full', '/settings/appearance', { language: 'de' }),
  ...(['es', 'ja'] as const).flatMap((language) =>
    wordy.map(({ name, path }) => whole(screen(`${name}-${language}`, 'full', path, { language }))),
  ),
  ...(['de', 'ar', 'pseudo'] as const).flatMap((language) =>
    wordiest.map(({ name, path }) => whole(screen(`${name}-${language}`, 'full', path, { language }))),
  ),
  { ...screen('signed-out-ar', 'empty', '/', { language: 'ar' }), browser: 'stranger' },
  { ...screen('signed-out-de', 'empty', '/', { language: 'de' }), browser: 'stranger' },
  talk('reader-pseudo', 'sample', 'Three days in Lisbon, slowly', undefined, { language: 'pseudo' }),
  talk(
    'reader-menu-ar',
    'sample',
    'Three days in Lisbon, slowly',
    async (page) => {
      await page.getByRole('toolbar').getByRole('button').last().click()
      await page.getByRole('menuitem').first().waitFor()
    },
    { language: 'ar' },
  ),
  talk(
    'reader-panel-ar',
    'sample',
    'رسالة شكر إلى الجيران',
    async (page) => {
      await page.getByRole('toolbar').getByRole('button').nth(2).click()
      await page.getByRole('tab').first().waitFor()
    },
    { language: 'ar' },
  ),
]
