/** What a scene is: which node it plays on, and how to get there. */
import type { Page } from 'playwright-core'
import type { NodeName, Stage } from './nodes.ts'

export interface Scene {
  /** The pictures' name. */
  readonly name: string
  readonly node: NodeName
  readonly preferences?: Readonly<Record<string, string | boolean>>
  /** In a browser without a session. */
  readonly stranger?: boolean
  /** Brings the page there; called once for each size. */
  play(page: Page, stage: Stage): Promise<void>
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
