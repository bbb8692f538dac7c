/** What a scene is: which node it plays on, in whose browser, and how to get there. */
import type { BrowserContext, Locator, Page } from 'playwright-core'
import type { NodeName, Stage } from './nodes.ts'

export interface Scene {
  /** The pictures' name. */
  readonly name: string
  readonly node: NodeName
  readonly preferences?: Readonly<Record<string, string | boolean | number>>
  /**
   * In a browser without a session, or in one that is a device of the account, `forked` where its key was in use twice; else
   * in one that a link signed in.
   */
  readonly browser?: 'stranger' | 'phone' | 'forked'
  /** A mistake of the page is what it shows. */
  readonly faulty?: boolean
  /** Pictures of what is below the screen's edge as well. */
  readonly whole?: boolean
  /** Brings the page there; called once for each size. */
  play(page: Page, stage: Stage): Promise<void>
  /** Once after every size: what is not to stay for the next scene. */
  after?(page: Page, stage: Stage): Promise<void>
}

/** Opens an address and waits until nothing is loading any more. */
export const at = async (page: Page, { node }: Stage, path: string): Promise<void> => {
  await page.goto(node.origin + path)
  await page.locator('h1').first().waitFor()
  await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' })
}
/** A screen as its address alone shows it. */
export const screen = (name: string, node: NodeName, path: string, preferences?: Scene['preferences']): Scene => ({
  name,
  node,
  ...(preferences && { preferences }),
  play: (page, stage) => at(page, stage, path),
})
/** A screen as it is after something was done on it. */
export const acted = (
  name: string,
  node: NodeName,
  path: string,
  act: (page: Page, stage: Stage) => Promise<void>,
  preferences?: Scene['preferences'],
): Scene => ({
  ...screen(name, node, path, preferences),
  async play(page, stage) {
    await at(page, stage, path)
    await act(page, stage)
  },
})
/** A conversation, by its title, and what is done in it. */
export const talk = (
  name: string,
  node: NodeName,
  title: string,
  act?: (page: Page, stage: Stage) => Promise<void>,
  preferences?: Scene['preferences'],
): Scene => ({
  name,
  node,
  ...(preferences && { preferences }),
  async play(page, stage) {
    await at(page, stage, `/c/${stage.talks.get(title)}`)
    await page.locator('[data-unit]').first().waitFor()
    await act?.(page, stage)
  },
})
/** With what is below the edge. */
export const whole = (scene: Scene): Scene => ({ ...scene, whole: true })
/** What a phone without its node sees: `play` opens what is held, and the network is back afterwards. */
export const away = (name: string, path: string, shown: (page: Page) => Locator): Scene => ({
  name,
  node: 'sample',
  browser: 'phone',
  async play(page, stage) {
    const context: BrowserContext = page.context()
    await context.setOffline(true)
    await page.goto(stage.node.origin + path)
    await shown(page).first().waitFor()
  },
  after: (page) => page.context().setOffline(false),
})
