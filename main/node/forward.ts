/** Requests of the window's page, handed to the node with nothing added but the session, which the page never sees. */
import type { Problem } from '../../node-core/contract/errors.ts'
import { toProblem, VivimError } from '../../node-core/contract/errors.ts'
import type { NodeProcess } from './node-process.ts'

/** What a page may send along; cookies, origins and credentials of its own are not among it. */
const requestHeaders = ['accept', 'content-type', 'if-none-match', 'last-event-id', 'range']
/** What the node may answer with; nothing of its connection. */
const answerHeaders = [
  'accept-ranges',
  'cache-control',
  'content-disposition',
  'content-range',
  'content-security-policy',
  'content-type',
  'etag',
  'x-content-type-options',
]

/**
 * Forwards one request. Answers a problem document where the node cannot be reached: it is starting or was restarted.
 * @param target path and query, beginning with `/api/`
 * @param node `address` resolves once the node is ready; it is told of a session that the node refuses
 */
export async function forward(
  request: Request,
  target: string,
  node: Pick<NodeProcess, 'address' | 'refused'>,
  send: typeof fetch,
): Promise<Response> {
  try {
    let answer = await ask(request, target, node, send)
    // A session that was ended from elsewhere is followed by another; what was sent with the request is gone by then.
    if (answer.status === 401 && !request.body) answer = await ask(request, target, node, send)
    else if (answer.status === 401) throw new VivimError('unavailable', 'The session has ended, and another begins.')
    return new Response(answer.body, { status: answer.status, headers: pick(answer.headers, answerHeaders) })
  } catch (cause) {
    return problem(
      toProblem(cause instanceof VivimError ? cause : new VivimError('unavailable', 'The node does not answer.', { cause })),
    )
  }
}

async function ask(
  request: Request,
  target: string,
  node: Pick<NodeProcess, 'address' | 'refused'>,
  send: typeof fetch,
): Promise<Response> {
  const { origin, token } = await node.address(request.signal)
  const headers = pick(request.headers, requestHeaders)
  headers.set('authorization', `Bearer ${token}`)
  const init: RequestInit & { duplex?: 'half' } = { method: request.method, headers, redirect: 'error', signal: request.signal }
  if (request.body) {
    init.body = request.body
    init.duplex = 'half'
  }
  const answer = await send(origin + target, init)
  if (answer.status === 401) node.refused(token)
  return answer
}

/** A problem document as the node itself would answer it. */
export const problem = (document: Problem): Response =>
  new Response(JSON.stringify(document), { status: document.status, headers: { 'content-type': 'application/problem+json' } })

function pick(from: Headers, names: readonly string[]): Headers {
  const picked = new Headers()
  for (const name of names) {
    const value = from.get(name)
    if (value !== null) picked.set(name, value)
  }
  return picked
}
