import type { Page } from 'playwright-core'

/** Holds back what the page asks of addresses until the function that is answered lets it go on. */
export async function holdBack(page: Page, address: RegExp): Promise<() => Promise<void>> {
  let letGo = () => {}
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  await page.route(address, async (route) => {
    await held
    await route.continue()
  })
  return async () => {
    letGo()
    await page.unrouteAll({ behavior: 'wait' })
  }
}
