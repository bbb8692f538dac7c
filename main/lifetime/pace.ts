/** How much the node does by itself: decided here by what the machine is at, and told to the node. */
import type { ToNode } from '../../node-core/contract/desktop.ts'
import type { Later, NodeProcess } from '../node/node-process.ts'
import type { Choices } from './choices.ts'

export interface MachineFacts {
  /** It is about to sleep. */
  readonly asleep: boolean
  readonly battery: boolean
  readonly metered: boolean
}

/** @param paused a person paused the exchange with other nodes */
export function paceOf(
  { asleep, battery, metered }: MachineFacts,
  { anyNetwork, paused }: { readonly anyNetwork: boolean; readonly paused: boolean },
): ToNode & { type: 'pace' } {
  const level = asleep ? 'paused' : (battery || metered) && !anyNetwork ? 'saving' : 'normal'
  return { type: 'pace', level, sync: !paused }
}

/** The machine, as Electron and the system have it. */
export interface PaceSource {
  /** Calls with each change that the system tells. */
  on(listener: (change: 'suspend' | 'resume' | 'power') => void): void
  onBattery(): boolean
  /** The machine's own addresses and whether it is online: another value is another network. */
  network(): string
  /** Whether the network costs; undefined where the system does not say. */
  metered(): Promise<boolean | undefined>
}

export interface Pacing {
  readonly paused: boolean
  /** Pauses the exchange with other nodes, or goes on with it, until the app ends. */
  pause(paused: boolean): void
  /** Whether the system says if a network costs, as it was asked last. */
  readonly knowsMetered: boolean
  /** Calls `listener` after each change. */
  on(listener: () => void): void
}

/** Between two looks at the network, of which the system does not tell, in milliseconds. */
const look = 15_000

export function createPacing(
  node: Pick<NodeProcess, 'on' | 'post' | 'state'>,
  choices: Choices,
  source: PaceSource,
  later: Later,
): Pacing {
  let facts: MachineFacts = { asleep: false, battery: source.onBattery(), metered: false }
  let said: boolean | undefined
  let paused = false
  let network = source.network()
  let told = ''
  const listeners: (() => void)[] = []
  const tell = (anew = false) => {
    const pace = paceOf(facts, { anyNetwork: choices.now.anyNetwork, paused })
    const text = JSON.stringify(pace)
    if (text === told && !anew) return
    told = text
    node.post(pace)
    for (const listener of listeners) listener()
  }
  const askMetered = async () => {
    said = await source.metered()
    facts = { ...facts, metered: said ?? choices.now.meteredHere }
    tell()
  }
  const lookAtNetwork = async () => {
    const now = source.network()
    if (now !== network) {
      network = now
      if (!facts.asleep) node.post({ type: 'look' })
    }
    if (!facts.asleep) await askMetered()
  }
  let looksAsleep = 0
  const watch = () => {
    later(look, () => {
      // A machine that sleeps looks at nothing: it woke, or never slept, and did not say so.
      if (facts.asleep && ++looksAsleep > 1) wake()
      void lookAtNetwork()
      watch()
    })
  }
  const wake = () => {
    facts = { ...facts, asleep: false, battery: source.onBattery() }
    tell()
    node.post({ type: 'look' })
    void lookAtNetwork()
  }

  source.on((change) => {
    if (change === 'resume') return wake()
    looksAsleep = 0
    facts = { ...facts, asleep: facts.asleep || change === 'suspend', battery: source.onBattery() }
    tell()
  })
  choices.on(() => void askMetered())
  // a node that was just started knows nothing
  node.on(({ state }) => {
    if (state === 'ready') tell(true)
  })
  void askMetered()
  watch()
  return {
    get paused() {
      return paused
    },
    pause(next) {
      paused = next
      tell()
    },
    get knowsMetered() {
      return said !== undefined
    },
    on: (listener) => void listeners.push(listener),
  }
}
