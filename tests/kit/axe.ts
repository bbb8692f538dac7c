/** What axe has against a page, in the words that a person needs to mend it. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export type Scheme = 'light' | 'dark'

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** The rules of these tags that look at colours. */
const ofColours = ['color-contrast', 'link-in-text-block']
interface Axe {
  run(where: Document, how: object): Promise<AxeResults>
}

/**
 * Every finding of the page as it is, in light and in dark: “dark: color-contrast: .row > small”. The second scheme is held
 * to the rules of colours alone: nothing else is another in it.
 */
export async function axeFindings(page: Page, schemes: readonly Scheme[] = ['light', 'dark']): Promise<string[]> {
  const findings: string[] = []
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    // Colours on their way from one to the other are neither.
    await page.evaluate(async () => {
      const moving = document.getAnimations().filter((animation) => animation instanceof CSSTransition)
      await Promise.allSettled(moving.map((animation) => animation.finished))
    })
    // The page's content policy forbids a script element; the debugger may still speak.
    if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(source)
    const violations = await page.evaluate(
      async (runOnly) => {
        const { axe } = globalThis as unknown as { axe: Axe }
        const found = await axe.run(document, { resultTypes: ['violations'], runOnly })
        return found.violations.map(({ id, nodes }) => ({ id, targets: nodes.map(({ target }) => target.join(' ')) }))
      },
      colorScheme === schemes[0] ? { type: 'tag', values: tags } : { type: 'rule', values: ofColours },
    )
    for (const { id, targets } of violations) for (const target of targets) findings.push(`${colorScheme}: ${id}: ${target}`)
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference' })
  return findings
}
