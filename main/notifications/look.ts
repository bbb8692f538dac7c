/** Asks the node what there is to tell, as the window's session may. */
import { backups } from '../../node-core/contract/api/backups.ts'
import { imports } from '../../node-core/contract/api/imports.ts'
import { nodes } from '../../node-core/contract/api/nodes.ts'
import { pairings } from '../../node-core/contract/api/pairings.ts'
import { store } from '../../node-core/contract/api/store.ts'
import { VivimError } from '../../node-core/contract/errors.ts'
import type { Method, Output } from '../../node-core/contract/method.ts'
import { readEvents, toRequest } from '../../node-core/contract/request.ts'
import type { NodeProcess } from '../node/node-process.ts'
import type { Look } from './seen.ts'

/** So many of the newest imports are looked at. */
const newest = 20

export interface NodeEyes {
  look(signal: AbortSignal): Promise<Look>
  /** Calls `changed` whenever the node's store has changed, until the connection ends; throws where it breaks. */
  watch(changed: () => void, signal: AbortSignal): Promise<void>
}

export function createEyes(node: Pick<NodeProcess, 'address'>, send: typeof fetch): NodeEyes {
  const open = async (method: Method, input: Record<string, unknown>, signal: AbortSignal): Promise<Response> => {
    const { origin, token } = await node.address(signal)
    const { verb, target } = toRequest(method, input)
    const answer = await send(origin + target, {
      method: verb,
      headers: { authorization: `Bearer ${token}` },
      signal,
      redirect: 'error',
    })
    if (!answer.ok) throw new VivimError('unavailable')
    return answer
  }
  const ask = async <M extends Method>(method: M, input: Record<string, unknown>, signal: AbortSignal): Promise<Output<M>> =>
    method.output.parse(await (await open(method, input, signal)).json()) as Output<M>
  return {
    async look(signal) {
      const [runs, open, others, schedule] = await Promise.all([
        ask(imports['imports.list'], { limit: newest }, signal),
        ask(pairings['pairings.list'], {}, signal),
        ask(nodes['nodes.list'], {}, signal),
        ask(backups['backups.schedule'], {}, signal),
      ])
      return {
        imports: runs.items.map(({ id, name, state, conversations }) => ({ id, name, state, conversations })),
        waiting: open.items.flatMap(({ pairing, device }) => (device ? [{ pairing, name: device.name }] : [])),
        pairing: open.items.length > 0,
        nodes: others.items.map(({ id, url, state }) => ({ id, url, trouble: state === 'trouble' })),
        backupFailed: schedule.trouble?.at ?? null,
      }
    },
    async watch(changed, signal) {
      const { body } = await open(store['events.stream'], {}, signal)
      if (body) for await (const _ of readEvents(body)) changed()
    },
  }
}
