/** What the window loads over the app's own scheme: files of the page, and the node's answers. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toProblem, VivimError } from '../../node-core/contract/errors.ts'
import { headersOf, mediaTypeOf, routeOf } from '../windows/policy.ts'
import { forward, problem } from './forward.ts'
import type { NodeProcess } from './node-process.ts'

/**
 * Answers one request of the window.
 * @param folder where the built page is
 */
export async function answer(
  request: Request,
  folder: string,
  node: Pick<NodeProcess, 'address' | 'refused'>,
  send: typeof fetch,
): Promise<Response> {
  const route = routeOf(request.url)
  if (route.to === 'node') return await forward(request, route.target, node, send)
  const mediaType = route.to === 'page' ? mediaTypeOf(route.path) : undefined
  if (route.to === 'page' && mediaType && request.method === 'GET') {
    // The folder is the app's own and read-only once installed, so a name that the policy let through stays inside.
    const file = await readFile(join(folder, route.path)).catch(() => undefined)
    if (file) return new Response(new Uint8Array(file), { headers: { ...headersOf(route.path), 'content-type': mediaType } })
  }
  return problem(toProblem(new VivimError('not-found')))
}
