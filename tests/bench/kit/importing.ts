/** Importing a file of this machine into a running node. */
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import type { Served } from './served.ts'

const run = z.object({ id: z.string(), state: z.string(), messages: z.number(), error: z.unknown().optional() })
export type ImportRun = z.output<typeof run>
const running = new Set(['receiving', 'waiting', 'checking', 'importing'])

/** Resolves with the run when it is over; throws where it did not end well. */
export async function importInto(node: Served, path: string): Promise<ImportRun> {
  const opened = await node.local('POST', '/api/v1/imports/paths', { paths: [path] })
  let state = run.parse(JSON.parse(opened.body.toString()))
  while (running.has(state.state)) {
    await setTimeout(20)
    state = run.parse(JSON.parse((await node.local('GET', `/api/v1/imports/${state.id}`)).body.toString()))
  }
  if (state.state !== 'done') throw new Error(`The import ended as ${state.state}: ${JSON.stringify(state.error)}`)
  return state
}

const page = z.object({ items: z.array(z.object({ id: z.string() })), next: z.string().nullable() })

/** Ids of at most `most` conversations, the newest first. */
export async function conversationIds(node: Served, most: number): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | null = null
  do {
    const query: string = cursor === null ? '' : `&cursor=${cursor}`
    const found = page.parse(JSON.parse((await node.get(`/api/v1/conversations?limit=100${query}`)).body.toString()))
    ids.push(...found.items.map((item) => item.id))
    cursor = found.next
  } while (cursor !== null && ids.length < most)
  return ids.slice(0, most)
}
