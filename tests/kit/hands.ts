/** Ways in which a person works a page: by mouse, by keyboard alone, by touch. Each waits for what it works. */
import type { BrowserContextOptions, Locator, Page } from 'playwright-core'

export interface Hand {
  readonly name: string
  /** What a browser of somebody who works so looks like. */
  readonly context: BrowserContextOptions
  /** Presses a button, follows a link. */
  press(target: Locator): Promise<void>
  /** Goes to a field and writes into it. */
  write(field: Locator, words: string): Promise<void>
}

/** So many stops away is nothing that anybody would reach by Tab. */
const furthest = 150

/** Goes to an element by Tab alone, as far around as it takes. */
async function tabTo(target: Locator): Promise<void> {
  await target.waitFor()
  for (let stops = 0; stops < furthest; stops++) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await target.page().keyboard.press('Tab')
  }
  throw new Error(`Tab does not lead to ${target}.`)
}

export const mouse: Hand = {
  name: 'mouse',
  context: { viewport: { width: 1440, height: 900 } },
  press: (target) => target.click(),
  async write(field, words) {
    await field.click()
    await field.pressSequentially(words)
  },
}

export const keyboard: Hand = {
  name: 'keyboard',
  context: { viewport: { width: 1024, height: 700 } },
  async press(target) {
    await tabTo(target)
    await target.page().keyboard.press('Enter')
  },
  async write(field, words) {
    await tabTo(field)
    await field.page().keyboard.type(words)
  },
}

export const touch: Hand = {
  name: 'touch, on a phone',
  context: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  press: (target) => target.tap(),
  async write(field, words) {
    await field.tap()
    await field.page().keyboard.type(words)
  },
}

/** Presses a button that lets files be chosen, and chooses `paths`. */
export async function choose(page: Page, hand: Hand, button: string, paths: string | string[]): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), hand.press(page.getByRole('button', { name: button }))])
  await chooser.setFiles(paths)
}
