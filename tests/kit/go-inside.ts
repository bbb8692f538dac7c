/** Going from screen to screen in a page that is loaded: a load of it takes ten times as long. */
import type { Page } from 'playwright-core'

/**
 * Leads a loaded page to another address as a link in it would, by way of the help, which holds nothing: what stands there
 * afterwards is of the new address, and whatever was open is closed. `help` is that screen's heading in the page's language.
 */
export async function goInside(page: Page, path: string, help = 'Help'): Promise<void> {
  const go = (address: string) =>
    page.evaluate((to) => {
      history.pushState(null, '', to)
      dispatchEvent(new PopStateEvent('popstate'))
    }, address)
  const between = page.getByRole('heading', { level: 1, name: help, exact: true })
  await go('/help')
  await between.waitFor()
  if (path === '/help') return
  await go(path)
  await between.waitFor({ state: 'detached' })
}
