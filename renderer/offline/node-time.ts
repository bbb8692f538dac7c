import type { Fetch } from '../client.ts'

/** The node's time in milliseconds, to the second, from what it says on every answer; undefined where it does not answer. */
export async function timeOfNode(fetch: Fetch): Promise<number | undefined> {
  try {
    const { headers } = await fetch('/healthz', { cache: 'no-store', credentials: 'omit' })
    return Date.parse(headers.get('date') ?? '') || undefined
  } catch {
    return undefined
  }
}
