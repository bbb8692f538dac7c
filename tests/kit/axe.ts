/** What axe has against a page, in the words that a person needs to mend it. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export type Scheme = 'light' | 'dark'

/** Every finding of the page as it is, in light and in dark: “dark: color-contrast: .row > small”. */
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
    await page.evaluate(source)
    const results = await page.evaluate(() =>
      (globalThis as unknown as { axe: { run(where: Document, how: object): Promise<AxeResults> } }).axe.run(document, {
        resultTypes: ['violations'],
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      }),
    )
    for (const { id, nodes } of results.violations)
      for (const { target } of nodes) findings.push(`${colorScheme}: ${id}: ${target.join(' ')}`)
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference' })
  return findings
}
