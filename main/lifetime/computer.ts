/** What pages ask of the app's life on this computer, and of its node. */
import type { ComputerChoices, CrashReport, NodeStanding } from '../../node-core/contract/computer.ts'
import { VivimError } from '../../node-core/contract/errors.ts'
import type { CrashReports } from '../node/crash-reports.ts'
import type { NodeProcess } from '../node/node-process.ts'
import type { NodeState } from '../node/node-state.ts'
import type { ShellHandlers } from '../shell/answer.ts'
import type { Choices } from './choices.ts'
import type { Login } from './login.ts'

export interface ComputerParts {
  readonly choices: Choices
  readonly login: Login
  readonly reports: CrashReports
  readonly node: Pick<NodeProcess, 'state' | 'start'>
  tray(): Promise<boolean>
  knowsMetered(): boolean
  quit(): void
  /** Opens a folder in the system's own program. */
  openFolder(path: string): void
}
export type ComputerHandlers = Pick<
  ShellHandlers,
  | 'computer.get'
  | 'computer.set'
  | 'reports.list'
  | 'reports.show'
  | 'reports.clear'
  | 'node.standing'
  | 'node.start'
  | 'app.quit'
>

export function createComputer(parts: ComputerParts): ComputerHandlers {
  const { choices, login, reports, node } = parts
  const get = async () => {
    const { whenClosed, trayTitles, anyNetwork, meteredHere } = choices.now
    const chosen: ComputerChoices = { startAtLogin: login.on, whenClosed, trayTitles, anyNetwork, meteredHere }
    return { choices: chosen, facts: { tray: await parts.tray(), knowsMetered: parts.knowsMetered() } }
  }
  return {
    'computer.get': get,
    async 'computer.set'({ startAtLogin, ...others }) {
      if (startAtLogin !== undefined && startAtLogin !== login.on) login.set(startAtLogin)
      const given = Object.entries(others).filter(([, value]) => value !== undefined)
      if (given.length > 0 && !choices.change(Object.fromEntries(given)))
        throw new VivimError('internal', 'It could not be written down, and holds until the app ends.')
      return await get()
    },
    'reports.list': (): CrashReport[] => reports.list(),
    'reports.show': () => void parts.openFolder(reports.folder),
    'reports.clear': () => void reports.clear(),
    'node.standing': () => standingOf(node.state),
    'node.start': () => void node.start(),
    'app.quit': () => void parts.quit(),
  }
}

/** How the node stands, as pages are told. */
export function standingOf(state: NodeState): NodeStanding {
  if (state.state !== 'failed') return state
  const { error, again } = state
  return { state: 'failed', code: error.code, text: error.message.slice(0, 2000), again }
}
