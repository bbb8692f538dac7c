/** Every screen and state that is worth a look: which node it plays on, and how to get there. */
import { deviceLanguageScenes, deviceScenes } from './device-scenes.ts'
import { importScenes } from './import-scenes.ts'
import { languageScenes } from './language-scenes.ts'
import { lockedScenes } from './locked-scenes.ts'
import { nodeScenes } from './node-scenes.ts'
import { sampleScenes } from './sample-scenes.ts'
import { acted, type Scene, screen, talk, whole } from './scene.ts'
import { searchScenes } from './search-scenes.ts'
import { troubleScenes } from './trouble-scenes.ts'
import { updateScenes } from './update-scenes.ts'

const sections = ['status', 'storage', 'backup', 'keys', 'sessions', 'privacy', 'appearance', 'language', 'advanced']
const fresh = { welcomed: false }
const next = { name: 'Continue' }

export const scenes: readonly Scene[] = [
  { ...screen('signed-out', 'empty', '/'), browser: 'stranger' },
  whole(screen('welcome', 'empty', '/welcome', fresh)),
  whole(
    acted(
      'welcome-recover',
      'empty',
      '/welcome',
      (page) => page.getByRole('button', { name: 'I have 24 words from another machine' }).click(),
      fresh,
    ),
  ),
  whole(
    acted(
      'welcome-chats',
      'empty',
      '/welcome',
      async (page) => {
        await page.getByRole('button', next).click()
        await page.getByRole('heading', { name: 'Bring your chats in' }).waitFor()
      },
      fresh,
    ),
  ),
  whole(
    acted(
      'welcome-safe',
      'empty',
      '/welcome',
      async (page) => {
        await page.getByRole('button', { name: 'Keep it safe' }).click()
        await page.getByRole('heading', { name: 'Keep it safe' }).waitFor()
      },
      fresh,
    ),
  ),
  screen('library-empty', 'empty', '/'),
  screen('library-one', 'one', '/'),
  screen('library-sample', 'sample', '/'),
  screen('library-full', 'full', '/'),
  screen('library-larger', 'full', '/', { textSize: 'larger' }),
  acted('library-nothing', 'sample', '/', async (page) => {
    await page.getByRole('searchbox', { name: 'Filter by title' }).fill('qqqq')
    await page.getByRole('heading', { name: 'No title has these words' }).waitFor()
  }),
  acted('library-filter', 'sample', '/', async (page) => {
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByRole('dialog', { name: 'Filter' }).waitFor()
  }),
  acted('library-filtered', 'full', '/', async (page) => {
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByRole('checkbox', { name: /^Claude/ }).check()
    await page.keyboard.press('Escape')
    await page.getByText('One thing').first().waitFor()
  }),
  talk('reader-short', 'full', 'One thing'),
  talk('reader-code', 'full', 'Refactoring the build into steps that can be told apart'),
  talk('reader-table', 'full', 'Sales by region and quarter'),
  talk('reader-arabic', 'full', 'كيف أتعلم البرمجة من البداية؟'),
  talk('reader-arabic-interface', 'full', 'كيف أتعلم البرمجة من البداية؟', undefined, { language: 'ar' }),
  talk('reader-japanese', 'full', '京都で静かに過ごす三日間', undefined, { language: 'ja' }),
  talk('reader-long', 'full', 'A very long talk about keeping bees'),
  talk('reader-larger', 'full', 'Refactoring the build into steps that can be told apart', undefined, {
    textSize: 'larger',
    readingFont: 'serif',
  }),
  ...sampleScenes,
  ...searchScenes,
  ...importScenes,
  screen('notes', 'sample', '/notes'),
  screen('notes-empty', 'empty', '/notes'),
  screen('not-found', 'full', '/c/01JABCDEFGHJKMNPQRSTVWXYZ0'),
  screen('settings', 'full', '/settings'),
  ...sections.map((section) => whole(screen(`settings-${section}`, 'full', `/settings/${section}`))),
  screen('settings-larger', 'full', '/settings/keys', { textSize: 'larger' }),
  acted('settings-export', 'sample', '/settings/storage', async (page) => {
    await page.getByRole('heading', { name: 'Take it with you' }).scrollIntoViewIfNeeded()
  }),
  acted('settings-new-link', 'sample', '/settings/sessions', async (page) => {
    await page.getByRole('button', { name: 'Make a sign-in link' }).click()
    await page.getByRole('dialog').waitFor()
  }),
  acted('settings-made-link', 'sample', '/settings/sessions', async (page) => {
    await page.getByRole('button', { name: 'Make a sign-in link' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Make a sign-in link' }).click()
    await page.getByRole('dialog').getByRole('textbox').waitFor()
  }),
  ...deviceScenes,
  ...deviceLanguageScenes,
  ...nodeScenes,
  ...languageScenes,
  whole(screen('help', 'full', '/help')),
  ...lockedScenes,
  ...troubleScenes,
  ...updateScenes,
]
