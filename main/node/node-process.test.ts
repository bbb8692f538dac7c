import { describe, expect, it } from 'vitest'
import type { FromNode, ToNode } from '../../node-core/contract/desktop.ts'
import { type Child, superviseNode } from './node-process.ts'

/** A node's process and a timer that the test moves by hand. */
function stage() {
  const children: (Child & { heard: ToNode[]; say: (message: FromNode | object) => void; exit: () => void; killed: boolean })[] =
    []
  const timers: { milliseconds: number; work: () => void; cancelled: boolean }[] = []
  const fork = () => {
    let onMessage: (message: unknown) => void = () => {}
    let onExit: () => void = () => {}
    const child = {
      heard: [] as ToNode[],
      killed: false,
      post: (message: ToNode) => void child.heard.push(message),
      onMessage: (listener: (message: unknown) => void) => {
        onMessage = listener
      },
      onExit: (listener: () => void) => {
        onExit = listener
      },
      kill: () => {
        child.killed = true
        onExit()
      },
      say: (message: object) => onMessage(message),
      exit: () => onExit(),
    }
    children.push(child)
    return child
  }
  const later = (milliseconds: number, work: () => void) => {
    const timer = { milliseconds, work, cancelled: false }
    timers.push(timer)
    return () => {
      timer.cancelled = true
    }
  }
  const child = (index: number) => {
    const found = children[index]
    if (!found) throw new Error(`no child ${index}`)
    return found
  }
  const ready = (index: number, token: string) => {
    child(index).say({ type: 'ready', origin: 'http://127.0.0.1:4747' })
    child(index).say({ type: 'session', token, expiresAt: 1 })
  }
  return { node: superviseNode(fork, { data: '/data' }, later), children, timers, child, ready }
}
const never = new AbortController().signal

describe('the node’s process', () => {
  it('is told how to start, and its address is handed out once it is ready', async () => {
    const { node, child, ready } = stage()
    expect(child(0).heard).toEqual([{ type: 'start', data: '/data' }])
    const asked = node.address(never)
    ready(0, 'one')
    expect(await asked).toEqual({ origin: 'http://127.0.0.1:4747', token: 'one' })
    child(0).say({ type: 'session', token: 'two', expiresAt: 2 })
    expect((await node.address(never)).token).toBe('two')
  })

  it('ignores what does not have the shape of a message', async () => {
    const { node, child, ready } = stage()
    const asked = node.address(never)
    child(0).say({ type: 'ready', origin: 'http://example.org:80' })
    child(0).say({ type: 'session', token: 'evil', expiresAt: 1 })
    child(0).say({ type: 'other' })
    ready(0, 'good')
    expect((await asked).token).toBe('good')
  })

  it('is started again after longer and longer pauses, and those who wait get the new address', async () => {
    const { node, child, ready, timers } = stage()
    ready(0, 'one')
    child(0).exit()
    const asked = node.address(never)
    timers[0]?.work()
    child(1).exit()
    timers[1]?.work()
    ready(2, 'three')
    expect((await asked).token).toBe('three')
    expect(timers.map((timer) => timer.milliseconds)).toEqual([500, 1000])
    child(2).exit()
    expect(timers[2]?.milliseconds).toBe(500)
  })

  it('is not started again where that cannot help, and says why', async () => {
    const { node, child, timers } = stage()
    const asked = node.address(never)
    child(0).say({ type: 'failed', code: 'store-too-new', text: 'Update the app.' })
    child(0).exit()
    await expect(asked).rejects.toMatchObject({ code: 'store-too-new', detail: 'Update the app.' })
    await expect(node.address(never)).rejects.toMatchObject({ code: 'store-too-new' })
    expect(timers).toEqual([])
  })

  it('is started again where another process had the store open', async () => {
    const { node, child, ready, timers } = stage()
    child(0).say({ type: 'failed', code: 'store-locked', text: '' })
    child(0).exit()
    await expect(node.address(never)).rejects.toMatchObject({ code: 'store-locked' })
    timers[0]?.work()
    ready(1, 'late')
    expect((await node.address(never)).token).toBe('late')
  })

  it('stops when asked, and is killed when it does not', async () => {
    const calm = stage()
    const calmStop = calm.node.stop()
    expect(calm.child(0).heard.at(-1)).toEqual({ type: 'stop' })
    calm.child(0).exit()
    await calmStop
    expect(calm.child(0).killed).toBe(false)
    expect(calm.timers.at(-1)?.cancelled).toBe(true)
    expect(calm.children).toHaveLength(1)

    const stuck = stage()
    const stuckStop = stuck.node.stop()
    stuck.timers.at(-1)?.work()
    await stuckStop
    expect(stuck.child(0).killed).toBe(true)
  })

  it('ends every wait when the app closes or the asker goes away', async () => {
    const { node, child } = stage()
    const gone = new AbortController()
    const cancelled = node.address(gone.signal)
    const closing = node.address(never)
    gone.abort()
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' })
    const stopped = node.stop()
    child(0).exit()
    await stopped
    await expect(closing).rejects.toMatchObject({ code: 'unavailable' })
  })
})
