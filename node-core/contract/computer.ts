/** How the desktop app lives on its computer: what a person chose, what the computer can do, what is kept of crashes. */
import { z } from 'zod'

/** What a person chose. */
export const computerChoices = z.strictObject({
  /** Start, without a window, when the person signs in to the computer. */
  startAtLogin: z.boolean(),
  /** The last window was closed: the app stays, or ends; `auto`: it stays where there is a tray to be seen in, and asks elsewhere. */
  whenClosed: z.enum(['auto', 'stay', 'quit']),
  /** Show titles of recent conversations in the tray's menu. */
  trayTitles: z.boolean(),
  /** Exchange files and tidy up on metered networks and on battery too. */
  anyNetwork: z.boolean(),
  /** This network costs: for systems that do not say so themselves. */
  meteredHere: z.boolean(),
})
export type ComputerChoices = z.output<typeof computerChoices>

/** What is true of this computer. */
const computerFacts = z.object({
  /** Whether there is a tray to be seen in. */
  tray: z.boolean(),
  /** Whether the system says that a network costs. */
  knowsMetered: z.boolean(),
})

/** One crash. Times are milliseconds since 1970. */
export const crashReport = z.object({
  what: z.enum(['node', 'window', 'app']),
  at: z.int().min(0),
  /** The process's exit code. */
  code: z.int(),
  /** How long it ran, in milliseconds; null where that is not known. */
  ran: z.int().min(0).nullable(),
  /** Whether it had come as far as being of use. */
  ready: z.boolean(),
  version: z.string().max(40),
  /** The system and its kind of processor: `linux x64`. */
  system: z.string().max(80),
  /** The last that it said, without what is the person's. */
  lines: z.array(z.string().max(240)).max(40),
})
export type CrashReport = z.output<typeof crashReport>

/** How the node stands, as the page shows it where there is no library to show. */
export const nodeStanding = z.discriminatedUnion('state', [
  z.object({ state: z.literal('starting') }),
  z.object({ state: z.literal('ready') }),
  z.object({ state: z.literal('failed'), code: z.string().max(60), text: z.string().max(2000), again: z.boolean() }),
  z.object({ state: z.literal('given-up'), ends: z.int().min(0) }),
  z.object({ state: z.literal('stopped') }),
])
export type NodeStanding = z.output<typeof nodeStanding>

const nothing = z.undefined()
const computer = z.object({ choices: computerChoices, facts: computerFacts })

export const computerMethods = {
  'computer.get': { input: nothing, output: computer },
  'computer.set': { input: computerChoices.partial(), output: computer },
  /** Crashes, the newest first. */
  'reports.list': { input: nothing, output: z.array(crashReport) },
  /** Opens the folder of the reports. */
  'reports.show': { input: nothing, output: nothing },
  'reports.clear': { input: nothing, output: nothing },
  'node.standing': { input: nothing, output: nodeStanding },
  /** Starts the node at once where it was given up or failed. */
  'node.start': { input: nothing, output: nothing },
  'app.quit': { input: nothing, output: nothing },
} as const

export const computerEvent = z.object({ type: z.literal('node'), standing: nodeStanding })
