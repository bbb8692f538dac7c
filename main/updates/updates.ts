/**
 * Updates, as a person wants them: looked for at most daily and only where that is switched on, loaded quietly, and
 * installed when the app quits. Knows no Electron: what loads and installs comes in.
 */
import type { UpdateFailure, UpdatesState } from '../../node-core/contract/updates.ts'
import type { Later } from '../node/node-process.ts'
import type { ShellHandlers } from '../shell/answer.ts'
import type { Choices } from './choices.ts'
import { type Offer, UpdateRefused } from './release.ts'

/** What loads and installs an update. */
export interface Engine {
  /** What there is for this installation on the channel; throws `UpdateRefused`. */
  find(channel: UpdatesState['channel']): Promise<Offer | undefined>
  /** Loads the offer's file and checks it; throws `UpdateRefused`. `told` hears the share that is here, 0 to 1. */
  load(offer: Offer, told: (share: number) => void): Promise<void>
  /** Installs what was loaded last, as the app ends; `start` it again, and whether `hidden`. */
  install(options: { start: boolean; hidden: boolean }): void
  /** Whether an app that is started again can come without a window. */
  readonly hides: boolean
  /** Quits, installs and starts the app, where the system does all of it; elsewhere the app quits. */
  readonly restart?: (() => void) | undefined
}

export interface UpdateParts {
  readonly by: UpdatesState['by']
  readonly version: string
  /** Absent where the app does not update itself. */
  readonly engine: Engine | undefined
  readonly choices: Choices
  readonly later: Later
  /** Milliseconds since 1970. */
  now(): number
  /** Whether the app comes back from a restart without a person: nobody has to type a passphrase. */
  unattended(): boolean
  /** Whether nobody would notice a restart: no window, no import, nobody at the machine. */
  idle(): Promise<boolean>
  quit(): void
  tell(state: UpdatesState): void
}

export interface Updates {
  readonly handlers: Pick<ShellHandlers, 'updates.state' | 'updates.look' | 'updates.choose' | 'updates.restart'>
  state(): UpdatesState
  /** A person kept the app from quitting: a later end is one, and no restart. */
  stayed(): void
  /** As the app ends: installs what is ready. */
  ending(): void
}

const day = 24 * 60 * 60_000
/** How often it is seen whether a day is over. */
const round = 60 * 60_000
/** The first look waits until the app has started. */
const settled = 60_000
/** How often it is seen whether a restart would be noticed. */
const patience = 10 * 60_000

export function createUpdates({ by, version, engine, choices, later, now, unattended, idle, quit, tell }: UpdateParts): Updates {
  let phase: UpdatesState['phase'] = { is: 'idle' }
  const noStart = { start: false, hidden: false }
  let start = noStart
  /** Grows when the person decides anew: what an older look brings counts no more. */
  let turn = 0
  const state = (): UpdatesState => ({ by, version, ...choices.kept(), phase })
  const become = (next: UpdatesState['phase']) => {
    phase = next
    tell(state())
  }

  async function look(): Promise<void> {
    if (!engine || ['looking', 'loading', 'ready'].includes(phase.is)) return
    const mine = ++turn
    const current = () => mine === turn
    become({ is: 'looking' })
    choices.keep({ looked: now() })
    try {
      const offer = await engine.find(choices.kept().channel)
      if (!current()) return
      if (!offer) return become({ is: 'idle' })
      const loading = (share: number) => {
        if (current()) become({ is: 'loading', version: offer.version, share })
      }
      loading(0)
      await engine.load(offer, loading)
      if (!current()) return
      become({ is: 'ready', version: offer.version, notes: offer.notes })
      if (engine.hides) restartUnnoticed()
    } catch (error) {
      if (current()) become({ is: 'failed', why: whyOf(error) })
    }
  }

  /** Tries until nobody would notice, or the update is no longer wanted. */
  function restartUnnoticed(): void {
    const mine = turn
    later(patience, async () => {
      if (mine !== turn || phase.is !== 'ready') return
      if (!unattended() || !(await idle())) return restartUnnoticed()
      start = { start: true, hidden: true }
      quit()
    })
  }

  function rounds(wait: number): void {
    later(wait, () => {
      const { on, looked } = choices.kept()
      if (on && (looked === null || now() - looked >= day || now() < looked)) void look()
      rounds(round)
    })
  }
  if (engine) rounds(settled)

  return {
    handlers: {
      'updates.state': state,
      'updates.look': () => void look(),
      'updates.choose': (choice) => {
        choices.keep(choice)
        turn++
        // What was loaded for another channel, or is no longer wanted, is not installed.
        become({ is: 'idle' })
        if (choices.kept().on) void look()
        return state()
      },
      'updates.restart': () => {
        if (phase.is !== 'ready') return
        start = { start: true, hidden: false }
        if (engine?.restart) engine.restart()
        else quit()
      },
    },
    state,
    stayed: () => {
      start = noStart
    },
    ending: () => {
      if (phase.is === 'ready') engine?.install(start)
    },
  }
}

const whyOf = (error: unknown): UpdateFailure => (error instanceof UpdateRefused ? error.why : 'unreachable')
