import { describe, expect, it } from 'vitest'
import type { FromNode, ToNode } from '../../node-core/contract/desktop.ts'
import { VivimError } from '../../node-core/contract/errors.ts'
import { type Child, superviseNode } from './node-process.ts'
import type { Crash, NodeState } from './node-state.ts'

/** A node's process and a timer that the test moves by hand. */
function stage(options: () => Promise<{ data: string }> = () => Promise.resolve({ data: '/data' })) {
  const children: (Child & {
    heard: ToNode[]
    say: (message: FromNode | object) => void
    err: (text: string) => void
    exit: (code?: number) => void
    killed: boolean
  })[] = []
  const crashes: Crash[] = []
  const clock = { now: 1_800_000_000_000 }
  const timers: { milliseconds: number; work: () => void; cancelled: boolean }[] = []
  const fork = () => {
    let onMessage: (message: unknown) => void = () => {}
    let onExit: (code: number) => void = () => {}
    let onErrors: (text: string) => void = () => {}
    const child = {
      heard: [] as ToNode[],
      killed: false,
      post: (message: ToNode) => void child.heard.push(message),
      onMessage: (listener: (message: unknown) => void) => {
        onMessage = listener
      },
      onErrors: (listener: (text: string) => void) => {
        onErrors = listener
      },
      onExit: (listener: (code: number) => void) => {
        onExit = listener
      },
      kill: () => {
        child.killed = true
        onExit(137)
      },
      say: (message: object) => onMessage(message),
      err: (text: string) => onErrors(text),
      exit: (code = 1) => onExit(code),
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
  const heard: FromNode['type'][] = []
  const hear = (message: FromNode) => void heard.push(message.type)
  const node = superviseNode({ fork, options, hear, later, now: () => clock.now, onCrash: (crash) => void crashes.push(crash) })
  const states: NodeState['state'][] = []
  node.on(({ state }) => void states.push(state))
  return { node, children, timers, child, ready, crashes, clock, states, heard }
}
/** What was promised already has come. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
const never = new AbortController().signal

describe('the node’s process', () => {
  it('waits for a person where only they can open the keychain', async () => {
    const { node, child, ready, timers, states } = stage()
    child(0).say({ type: 'failed', code: 'keychain-unavailable', text: 'Unlock it.' })
    child(0).exit()
    await expect(node.address(never)).rejects.toMatchObject({ code: 'keychain-unavailable' })
    expect(timers).toEqual([])
    node.start()
    expect(states).toEqual(['failed', 'starting'])
    ready(1, 'opened')
    expect((await node.address(never)).token).toBe('opened')
  })

  it('starts again where it is asked to while the one that failed is on its way out', async () => {
    const { node, child, children, ready } = stage()
    child(0).say({ type: 'failed', code: 'keychain-wrong-passphrase', text: '' })
    node.start()
    expect(children).toHaveLength(1)
    child(0).exit()
    expect(node.state).toEqual({ state: 'starting' })
    ready(1, 'opened')
    expect((await node.address(never)).token).toBe('opened')
  })

  it('has no session for windows while they are locked, and tells others what it heard', async () => {
    const { node, child, ready, heard } = stage()
    ready(0, 'one')
    node.post({ type: 'lock' })
    const asked = node.address(never)
    child(0).say({ type: 'session', token: 'renewed meanwhile', expiresAt: 2 })
    child(0).say({ type: 'locked' })
    child(0).say({ type: 'session', token: 'after', expiresAt: 3 })
    await asked
    expect((await node.address(never)).token).toBe('after')
    expect(heard).toEqual(['ready', 'session', 'session', 'locked', 'session'])
  })

  it('has the node begin another session where one is refused, and waits for it', async () => {
    const { node, child, ready } = stage()
    ready(0, 'one')
    node.refused('an older one')
    expect((await node.address(never)).token).toBe('one')
    node.refused('one')
    node.refused('one')
    expect(child(0).heard.filter(({ type }) => type === 'refused')).toHaveLength(1)
    const asked = node.address(never)
    child(0).say({ type: 'session', token: 'two', expiresAt: 2 })
    expect((await asked).token).toBe('two')
  })

  it('is told how to start, and its address is handed out once it is ready', async () => {
    const { node, child, ready } = stage()
    const asked = node.address(never)
    await settled()
    expect(child(0).heard).toEqual([{ type: 'start', data: '/data' }])
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

  it('reports each end that nobody asked for, with the last that it said, and gives up after five', async () => {
    const { node, child, ready, timers, crashes, clock, states } = stage()
    ready(0, 'one')
    clock.now += 1000
    child(0).err('one line\n')
    child(0).err('Error: of its own')
    child(0).exit(139)
    expect(crashes).toEqual([{ at: clock.now, code: 139, ready: true, ran: 1000, words: 'one line\nError: of its own' }])
    for (let n = 1; n < 5; n++) {
      timers.at(-1)?.work()
      ready(n, 'again')
      child(n).exit()
    }
    expect(node.state).toEqual({ state: 'given-up', ends: 5 })
    expect(timers).toHaveLength(4)
    await expect(node.address(never)).rejects.toMatchObject({ code: 'unavailable' })

    node.start()
    const asked = node.address(never)
    ready(5, 'once more')
    expect((await asked).token).toBe('once more')
    expect(states.slice(-3)).toEqual(['given-up', 'starting', 'ready'])
    child(5).exit()
    expect(node.state.state).toBe('starting')
  })

  it('goes on for ever where ends are far apart', () => {
    const { node, child, ready, timers, clock } = stage()
    for (let n = 0; n < 20; n++) {
      ready(n, 'x')
      clock.now += 60_000
      child(n).exit()
      expect(node.state.state).toBe('starting')
      timers.at(-1)?.work()
    }
  })

  it('says why it has no options to start with, and asks for them again', async () => {
    let locked = true
    const { node, child, ready, timers, crashes } = stage(async () => {
      if (locked) throw new VivimError('storage-full')
      return { data: '/data' }
    })
    await settled()
    expect(child(0).killed).toBe(true)
    expect(node.state).toMatchObject({ state: 'failed', again: true, error: { code: 'storage-full' } })
    expect(crashes).toEqual([])
    locked = false
    timers[0]?.work()
    await settled()
    expect(child(1).heard).toEqual([{ type: 'start', data: '/data' }])
    ready(1, 'x')
    expect(node.state).toEqual({ state: 'ready' })
  })

  it('starts again after it was stopped, once it has ended', async () => {
    const { node, child, ready, children, states } = stage()
    ready(0, 'one')
    const stopped = node.stop()
    node.start()
    expect(children).toHaveLength(1)
    child(0).exit(0)
    await stopped
    await settled()
    ready(1, 'two')
    expect((await node.address(never)).token).toBe('two')
    expect(states.slice(-3)).toEqual(['stopped', 'starting', 'ready'])
  })
})
