/** Has the node open files of this machine; knows no Electron. */
import { catalogue, type ErrorCode, VivimError } from '../../node-core/contract/errors.ts'
import type { ImportId } from '../../node-core/contract/ids.ts'
import type { NodeProcess } from '../node/node-process.ts'

export type OpeningNode = Pick<NodeProcess, 'address' | 'hear' | 'on' | 'post'>

/** Asks the node, once it is ready, and waits for its answer or its end. */
export function createOpener(node: OpeningNode): (paths: readonly string[]) => Promise<ImportId> {
  let last = 0
  return async (paths) => {
    await node.address(new AbortController().signal)
    last += 1
    const request = last
    return await new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        endHear()
        endState()
        settle()
      }
      const endHear = node.hear((message) => {
        if (message.type !== 'opened' || message.request !== request) return
        const { answer } = message
        end(() => ('import' in answer ? resolve(answer.import) : reject(errorOf(answer))))
      })
      // Whatever became of it then, the list of imports shows it.
      const endState = node.on(({ state }) => {
        if (state !== 'ready') end(() => reject(new VivimError('unavailable')))
      })
      node.post({ type: 'open', request, paths: [...paths] })
    })
  }
}

function errorOf({ code, text }: { code: string; text: string }): VivimError {
  const known = (name: string): name is ErrorCode => Object.hasOwn(catalogue, name)
  return known(code) ? new VivimError(code, text) : new VivimError('internal', text)
}
