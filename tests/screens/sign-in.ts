/** A browser that is signed in to a served node. */
import type { Page } from 'playwright-core'
import { z } from 'zod'
import type { Served } from '../bench/kit/served.ts'

const links = z.object({ link: z.string() })

/** A fresh link that signs in. */
export async function linkOf(node: Served): Promise<string> {
  const answer = await node.local('POST', '/api/v1/links', {})
  return node.origin + links.parse(JSON.parse(answer.body.toString())).link
}

/** Opens a fresh sign-in link in `page`, waits for the app, and closes the page: its context stays signed in. */
export async function signIn(node: Served, page: Page): Promise<void> {
  await page.goto(await linkOf(node))
  await page.getByRole('navigation').first().waitFor()
  await page.close()
}
