/**
 * What axe has against the page in every state that the tests of the screens do not hold it to: in English in light and
 * dark, and everything again from right to left.
 */
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { createIntl, type IntlShape } from 'react-intl'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Text } from '../../renderer/app/language.tsx'
import { directionOf } from '../../renderer/app/languages.ts'
import { loadMessages } from '../../renderer/messages/index.ts'
import { sectionIds } from '../../renderer/screens/settings/sections.ts'
import { axeFindings } from '../kit/axe.ts'
import { chromiumMissing, launchChromium } from '../kit/chromium.ts'
import { goInside } from '../kit/go-inside.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'

const desktop = { width: 1280, height: 900 }
const savings = 'How long until savings double?'
/** The sample's conversations. */
const sample = [
  'A timer for tea',
  savings,
  'Three days in Lisbon, slowly',
  'Why does my loop skip items?',
  'رسالة شكر إلى الجيران',
  '15分でできるお弁当',
]
const phone = { width: 390, height: 844 }

let machine: Machine
let node: Serving
let browser: Browser
/** Ids of the sample's conversations by their titles. */
let talks: Map<string, string>
beforeAll(async () => {
  if (await chromiumMissing()) return
  machine = await newMachine()
  node = await machine.serve()
  browser = await launchChromium()
  const page = await (await browser.newContext({ locale: 'en' })).newPage()
  await page.goto(node.link)
  await page.getByRole('button', { name: /Your chats/ }).click()
  await page.getByRole('button', { name: 'Try it with a sample' }).click()
  await page.getByText('The sample is in your library.').waitFor()
  const { items } = (await machine.done(['list', '--json'])).json()
  talks = new Map(items.map(({ id, title }: { id: string; title: string }) => [title, id]))
  await page.context().close()
})
afterAll(async () => {
  await browser?.close()
  await machine?.[Symbol.asyncDispose]()
})
beforeEach((test) => requires(test, 'chromium'))

/** All that a state can leave behind where another begins, in words. */
const remains = async (page: Page): Promise<string> =>
  (await page.locator('body').ariaSnapshot()) + (await page.evaluate(() => localStorage.getItem('preferences')))

/** A page in a language, with what it says found by the catalogue’s ids. */
class Screen {
  readonly page: Page
  readonly say: Text
  constructor(page: Page, say: Text) {
    this.page = page
    this.say = say
  }
  /** Another screen, from inside where the page is loaded. */
  async at(path: string): Promise<void> {
    const { page, say } = this
    if (page.url().startsWith(node.origin)) await goInside(page, path, say('app.help'))
    else await page.goto(node.origin + path)
    await page.locator('h1').first().waitFor()
    await expect.poll(() => page.getByText(say('app.loading')).count()).toBe(0)
  }
  /** A talk of the sample. */
  async talk(title = savings): Promise<void> {
    await this.at(`/c/${talks.get(title)}`)
    await this.page.locator('[data-unit]').first().waitFor()
  }
  button(...[id, values]: Parameters<Text>): Locator {
    return this.page.getByRole('button', { name: this.say(id, values), exact: true })
  }
  async press(...said: Parameters<Text>): Promise<void> {
    await this.button(...said).click()
  }
  async menu(...[id, values]: Parameters<Text>): Promise<void> {
    await this.press('reader.menu')
    await this.page
      .getByRole('menuitem', { name: this.say(id, values) })
      .first()
      .click()
  }
  /** The first unit, where keys go. */
  async unit(): Promise<Locator> {
    const first = this.page.getByRole('article').first()
    await first.focus()
    return first
  }
}

interface State {
  readonly name: string
  /** English is held to axe by the screen’s own tests. */
  readonly covered?: true
  readonly size?: typeof desktop
  /** In a browser that is not signed in. */
  readonly stranger?: true
  show(screen: Screen): Promise<unknown>
}

const states: readonly State[] = [
  { name: 'signed out', stranger: true, show: (screen) => screen.at('/') },
  {
    name: 'a node that does not answer',
    stranger: true,
    async show({ page, say }) {
      await page.route('**/api/**', (route) => route.abort())
      // asked for by somebody who has a session, or with a link
      await page.goto(`${node.origin}/#link=${'a'.repeat(43)}`)
      await page.getByRole('heading', { name: say('app.offline.title') }).waitFor()
    },
  },
  ...(['welcome.identity', 'welcome.chats', 'welcome.safe'] as const).map(
    (step): State => ({
      name: step,
      covered: true,
      async show(screen) {
        await screen.at('/welcome')
        await screen.page
          .getByRole('listitem')
          .getByRole('button', { name: screen.say(step) })
          .click()
        await screen.page.locator('[aria-current="step"]').getByText(screen.say(step)).waitFor()
      },
    }),
  ),
  { name: 'the library', covered: true, show: (screen) => screen.at('/') },
  {
    name: 'the filters',
    covered: true,
    async show(screen) {
      await screen.at('/')
      await screen.press('library.filter')
      await screen.page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'a title that is looked for',
    async show(screen) {
      await screen.at('/')
      await screen.page.getByRole('searchbox', { name: screen.say('library.find') }).fill('a')
      await screen.page.locator('mark').first().waitFor()
    },
  },
  {
    name: 'a conversation’s menu in the list',
    async show(screen) {
      await screen.at('/')
      await screen.page.locator('[data-conversation]').first().hover()
      await screen.button('library.actions').first().click()
      await screen.page.getByRole('menu').waitFor()
    },
  },
  {
    name: 'what is archived',
    async show(screen) {
      await screen.talk('Why does my loop skip items?')
      // It is from the last language on.
      if ((await screen.button('reader.unarchive').count()) === 0) await screen.menu('reader.archive')
      await screen.button('reader.unarchive').waitFor()
    },
  },
  ...sample.map(
    (title): State => ({
      name: `“${title}”, with everything opened`,
      size: { width: 1280, height: 4000 },
      async show(screen) {
        await screen.talk(title)
        const folded = screen.page.getByRole('article').locator('button[aria-expanded="false"]:not([aria-haspopup])')
        for (let left = 20; left > 0 && (await folded.count()) > 0; left--) await folded.first().click()
        const artifact = screen.button('content.artifact.run')
        if (await artifact.count()) {
          await artifact.click()
          await screen.page.locator('iframe').first().waitFor()
        }
      },
    }),
  ),
  {
    name: 'the conversation’s menu',
    async show(screen) {
      await screen.talk()
      await screen.press('reader.menu')
      await screen.page.getByRole('menu').waitFor()
    },
  },
  {
    name: 'details',
    async show(screen) {
      await screen.talk()
      await screen.menu('reader.details')
      await screen.page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'the question before deleting',
    async show(screen) {
      await screen.talk()
      await screen.menu('reader.delete')
      await screen.page.getByRole('alertdialog').waitFor()
    },
  },
  {
    name: 'find, a note and a tag being written, the title being changed',
    async show(screen) {
      const { page, say } = screen
      await screen.talk()
      await screen.unit()
      await page.keyboard.press('t')
      await page.getByRole('combobox', { name: say('reader.tag') }).waitFor()
      await page.keyboard.press('F2')
      await page.keyboard.press('Control+f')
      await page.getByRole('textbox', { name: say('reader.find') }).fill('a')
      await page
        .getByRole('search')
        .getByRole('status')
        .getByText(/\d|[٠-٩]/)
        .waitFor()
    },
  },
  {
    name: 'a note being written, with the title being changed',
    async show(screen) {
      await screen.talk()
      await screen.unit()
      await screen.page.keyboard.press('n')
      await screen.page.getByRole('textbox', { name: screen.say('reader.note') }).waitFor()
      await screen.menu('reader.rename')
      await screen.page.getByRole('textbox', { name: screen.say('reader.title') }).waitFor()
    },
  },
  {
    name: 'the outline, and units chosen',
    covered: true,
    // There the outline stands beside the talk.
    size: { width: 1680, height: 900 },
    async show(screen) {
      await screen.talk()
      await screen.press('reader.panel')
      await screen.page.getByRole('tab').first().waitFor()
      await screen.unit()
      await screen.page.keyboard.press('x')
      await screen.page.getByRole('toolbar', { name: screen.say('reader.chosen.bar') }).waitFor()
    },
  },
  { name: 'no such conversation', show: (screen) => screen.at(`/c/${'a'.repeat(26)}`) },
  {
    name: 'search with hits',
    covered: true,
    async show(screen) {
      await screen.at('/search')
      await screen.page.getByRole('searchbox').fill('the')
      await screen.page.locator('mark').first().waitFor()
    },
  },
  {
    name: 'the palette before anything is typed',
    async show(screen) {
      await screen.at('/')
      await screen.page.keyboard.press('Control+k')
      await screen.page.getByRole('option').first().waitFor()
    },
  },
  {
    name: 'files held over the window',
    async show(screen) {
      await screen.at('/help')
      const held = await screen.page.evaluateHandle(() => {
        const data = new DataTransfer()
        data.items.add(new File(['a'], 'a.zip'))
        return data
      })
      await screen.page.dispatchEvent('main', 'dragenter', { dataTransfer: held })
      await screen.page.getByText(screen.say('imports.drop')).waitFor()
    },
  },
  { name: 'a new snippet', show: (screen) => screen.at('/capture') },
  { name: 'imports', covered: true, show: (screen) => screen.at('/import') },
  {
    name: 'a report',
    covered: true,
    async show(screen) {
      await screen.at('/import')
      await screen.page.getByRole('main').locator('a[href^="/import/"]').first().click()
      await screen.page.getByText(screen.say('imports.figures'), { exact: true }).waitFor()
    },
  },
  { name: 'no such import', show: (screen) => screen.at('/import/none') },
  ...sectionIds.map((id): State => ({ name: `settings: ${id}`, covered: true, show: (screen) => screen.at(`/settings/${id}`) })),
  {
    name: 'choosing what to export',
    async show(screen) {
      await screen.at('/settings/storage')
      await screen.press('settings.export.choose')
      await screen.page.getByRole('combobox', { name: screen.say('settings.export.source') }).click()
      await screen.page.getByRole('option').first().waitFor()
    },
  },
  {
    name: 'a sign-in link',
    async show(screen) {
      await screen.at('/settings/sessions')
      await screen.press('settings.link.make')
      await screen.page
        .getByRole('dialog')
        .getByRole('button', { name: screen.say('settings.link.make') })
        .click()
      await screen.page.getByRole('textbox', { name: screen.say('settings.link.made') }).waitFor()
    },
  },
  {
    name: 'the question before signing out',
    async show(screen) {
      await screen.at('/settings/sessions')
      await screen.press('settings.leave')
      await screen.page.getByRole('alertdialog').waitFor()
    },
  },
  { name: 'help', covered: true, show: (screen) => screen.at('/help') },
  { name: 'the list on a phone', size: phone, show: (screen) => screen.at('/') },
  {
    name: 'the filters on a phone',
    size: phone,
    async show(screen) {
      await screen.at('/')
      await screen.press('library.filter')
      await screen.page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'the outline on a phone',
    size: phone,
    async show(screen) {
      await screen.talk()
      await screen.press('reader.panel')
      await screen.page.getByRole('dialog').waitFor()
    },
  },
  { name: 'reading on a phone', size: phone, show: (screen) => screen.talk() },
  { name: 'settings on a phone', size: phone, covered: true, show: (screen) => screen.at('/settings') },
]

describe.each(['en', 'ar'] as const)('axe, in %s', (language) => {
  let contexts: { readonly member: BrowserContext; readonly stranger: BrowserContext }
  let intl: IntlShape
  beforeAll(async () => {
    if (!browser) return
    intl = createIntl({ locale: language, messages: await loadMessages(language) })
    const open = async () => {
      const context = await browser.newContext({ locale: language })
      await context.addInitScript(
        (text) => localStorage.setItem('preferences', text),
        JSON.stringify({ welcomed: true, language }),
      )
      return context
    }
    contexts = { member: await open(), stranger: await open() }
    const page = await contexts.member.newPage()
    const { link } = (await machine.done(['link', '--json'])).json()
    await page.goto(link)
    await page.getByRole('navigation').first().waitFor()
    await page.close()
  })

  const screenOf = (page: Page) => new Screen(page, (id, values) => intl.formatMessage({ id }, values))
  /** One page for all states that leave nothing behind: to load it takes longer than most of them. */
  let kept: { readonly page: Page; readonly as: string } | undefined
  async function pageOfMember(): Promise<Page> {
    if (kept) {
      const { page, as } = kept
      await page.setViewportSize(desktop)
      await page.mouse.move(0, 0)
      await screenOf(page).at('/help')
      if ((await remains(page)) === as) return page
      await page.close()
    }
    const page = await contexts.member.newPage()
    await page.setViewportSize(desktop)
    await screenOf(page).at('/help')
    kept = { page, as: await remains(page) }
    return page
  }

  it.each(states.filter(({ covered }) => language !== 'en' || !covered))('$name', async (state) => {
    const { size = desktop, stranger, show } = state
    const page = await (stranger ? contexts.stranger.newPage() : pageOfMember())
    let sound = false
    try {
      await page.setViewportSize(size)
      await show(screenOf(page))
      expect(await page.locator('html').getAttribute('dir')).toBe(directionOf(language))
      // Colours are the same from right to left.
      expect(await axeFindings(page, language === 'en' ? ['light', 'dark'] : ['light'])).toEqual([])
      sound = true
    } finally {
      if (stranger || !sound) await page.close()
      if (!sound) kept = undefined
    }
  })
})
