/** What the app says of the machine while the node runs: how much to do by itself, and that it slept or is on another network. */
import type { ToNode } from '../../contract/desktop.ts'
import type { VivimNode } from '../../node.ts'

export interface Orders {
  /** Takes a message of the app; one that comes before there is a node waits for it. */
  hear(message: ToNode): void
  serve(node: Pick<VivimNode, 'setPace' | 'look' | 'settle'>): void
  /** Calls `listener` when time may have passed unseen, after a sleep; `refused`: when the windows' session is refused. */
  onLook(listener: (refused: boolean) => void): void
}

export function createOrders(): Orders {
  let pace: (ToNode & { type: 'pace' }) | undefined
  let node: Parameters<Orders['serve']>[0] | undefined
  const lookers: ((refused: boolean) => void)[] = []
  const obey = () => {
    if (!node || !pace) return
    const { level, sync } = pace
    node.setPace({ level, sync })
    // the machine is about to sleep, and may not wake again
    if (level === 'paused') void node.settle()
  }
  return {
    hear(message) {
      if (message.type === 'pace') {
        pace = message
        obey()
      } else if (message.type === 'look') {
        for (const looker of lookers) looker(false)
        node?.look()
      } else if (message.type === 'refused') for (const looker of lookers) looker(true)
    },
    serve(served) {
      node = served
      obey()
    },
    onLook: (listener) => void lookers.push(listener),
  }
}
