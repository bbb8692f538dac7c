/** A browser that is signed in to a served node. */
import type { Page } from 'playwright-core'
import { z } from 'zod'
import type { Served } from '../bench/kit/served.ts'

const links = z.object({ link: z.string() })

/** Opens a fresh sign-in link in `page`, waits for the app, and closes the page: its context stays signed in. */
export async function signIn(node: Served, page: Page): Promise<void> {
  const answer = await node.local('POST', '/api/v1/links', {})
  await page.goto(node.origin + links.parse(JSON.parse(answer.body.toString())).link)
  await page.getByRole('navigation').first().waitFor()
  await page.close()
}
