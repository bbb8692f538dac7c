/** What a test gets of the desktop app, whichever launcher it was launched by. */
import type { Page } from 'playwright-core'
import type { Drives } from './drives.ts'
import type { Driven } from './launch.ts'
import type { Setup } from './state.ts'

export interface LaunchOptions {
  /** Further arguments of the app's. */
  readonly args?: readonly string[]
  /** The passphrase that the node's keys are under, in a file; null: the app is given none. */
  readonly passphrase?: string | null
  /** Further variables, as the address of a session bus. */
  readonly environment?: Readonly<Record<string, string>>
  /** What `safeStorage` says that it stands on. */
  readonly storage?: Setup['storage']
  /** The system's languages, the preferred one first. */
  readonly languages?: readonly string[]
  /** Runs first in every page, for what is measured there; the stand-in's alone. */
  readonly script?: string
  /** The folder of an app that was launched before: this one starts on what it left. Its launcher removes it. */
  readonly folder?: string
  /** Done with the folders before the app starts. */
  readonly prepare?: (place: Place) => Promise<unknown>
}

/** Where an app's things are; all of it is below `folder`. */
export interface Place {
  readonly folder: string
  /** The node's data directory. */
  readonly data: string
  /** The file with the passphrase of its keys, where the app is given one. */
  readonly passphraseFile: string
  /** Electron's folder of the app. */
  readonly userData: string
  /** The person's home. */
  readonly home: string
}

export interface LaunchedApp extends AsyncDisposable, Place {
  readonly kind: 'electron' | 'stand-in'
  /** Whether this launcher can drive that. */
  can(what: keyof Drives): boolean
  /** What has no page: see `drives.ts`. */
  readonly drive: Driven
  /** The page of the oldest window, as soon as there is one. */
  firstWindow(): Promise<Page>
  /** The pages of the windows that are open, the oldest first, hidden ones included. */
  windows(): Promise<Page[]>
  /** Looks at all pages anew: Playwright may wait for ever for one whose process was killed while it began to look at it. */
  lookAnew(): Promise<void>
  /** The address of a window's page as the app knows it: `app://vivim/…`. */
  urlOf(page: Page): Promise<string>
  /** Starts the app once more on the same folders; answers its exit code. */
  secondInstance(args?: readonly string[]): Promise<number | null>
  /** Ends a process as a crash would. */
  kill(what: 'main' | 'node' | 'renderer'): Promise<void>
  /** Asks the app to quit and waits for its end; answers the exit code. */
  quit(): Promise<number | null>
  /** The exit code, once it has ended; null where it was killed. */
  readonly ended: Promise<number | null>
  /** Whether the node's process runs, and which it is. */
  nodePid(): Promise<number | undefined>
  /** Everything that the app and its node printed. */
  output(): string
}

/** What a launcher gives; `end` ends whatever still runs. */
export type Launcher = Omit<LaunchedApp, keyof Place | typeof Symbol.asyncDispose> & { end(): Promise<void> }
