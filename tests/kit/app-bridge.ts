/**
 * A page in a browser that believes itself in the desktop app's window: with the preload's object, whose answers and
 * events the test owns, and a session added outside the page. For states that a real app gets into too seldom.
 */
import type { Page } from 'playwright-core'
import type { ShellEvent } from '../../node-core/contract/shell.ts'

export interface AppBridge {
  /** Every call of the page but those for preferences: name and input. */
  readonly calls: readonly { readonly name: string; readonly input: unknown }[]
  /** Tells the page an event. */
  tell(event: ShellEvent): Promise<void>
}

/**
 * Prepares `page`; addresses that it opens afterwards are the app's.
 * @param token of a session at the node that the page is from
 * @param answers what methods of the app answer, by name; undefined where it is not listed
 */
export async function bridgeTo(page: Page, token: string, answers: Readonly<Record<string, unknown>>): Promise<AppBridge> {
  const calls: { name: string; input: unknown }[] = []
  await page.route('**/api/**', (route) =>
    route.continue({ headers: { ...route.request().headers(), authorization: `Bearer ${token}` } }),
  )
  await page.exposeFunction('noteCall', (name: string, input: unknown) => void calls.push({ name, input }))
  await page.addInitScript((table) => {
    if (window !== window.top) return
    const listeners = new Set<(event: unknown) => void>()
    const call = async (name: string, input: unknown) => {
      if (name === 'preferences.load') return { value: localStorage.getItem('preferences') }
      if (!name.startsWith('preferences.')) await Reflect.get(window, 'noteCall')(name, input)
      return { value: table[name] }
    }
    const on = (listener: (event: unknown) => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
    Reflect.set(window, 'tellPage', (event: unknown) => {
      for (const listener of listeners) listener(event)
    })
    Reflect.set(window, 'vivim', { platform: 'linux', version: '1.0.0', call, on, openFiles: async () => ({ value: undefined }) })
  }, answers)
  return { calls, tell: (event) => page.evaluate((told) => Reflect.get(window, 'tellPage')(told), event) }
}
