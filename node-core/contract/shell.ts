/** What the page in the desktop window may ask of the app, and what the app tells the page. Both ends parse it. */
import { z } from 'zod'
import { importId } from './api/fields.ts'
import { appCommandIds, pageCommandIds } from './commands.ts'
import { computerEvent, computerMethods } from './computer.ts'
import { captureMethods } from './shell-capture.ts'
import { keysEvent, keysMethods } from './shell-keys.ts'
import type { ShellMethodName } from './shell-names.ts'
import { updatesChoice, updatesState } from './updates.ts'

/** How the window looks and speaks: JSON of short names and values, the longest a line of marks. The app keeps it and does not read it. */
const preferencesText = z
  .string()
  .max(4000)
  .refine((text) => flat.safeParse(jsonOf(text)).success, 'Preferences are one flat JSON object.')
const flat = z.record(z.string().max(40), z.union([z.string().max(2000), z.boolean(), z.number()]))

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const section = z.templateLiteral(['settings-', z.string().regex(/^[a-z-]{1,40}$/)])
const pageCommand = z.union([z.enum(pageCommandIds), section])

const noticeSettings = z.strictObject({ quiet: z.boolean(), details: z.boolean() })

/** Every method, with the shape of what it takes and gives; `undefined` where there is nothing. */
export const shellMethods = {
  /** The page's preferences as they were kept; null where none are, or they were damaged. */
  'preferences.load': { input: z.undefined(), output: preferencesText.nullable() },
  'preferences.save': { input: preferencesText, output: z.undefined() },
  /** The page listens, and these are the commands that it can do now; with its settings' screens and their names. */
  'commands.state': {
    input: z.strictObject({
      enabled: z.array(pageCommand).max(200),
      sections: z.array(z.strictObject({ id: section, name: z.string().max(100) })).max(50),
    }),
    output: z.undefined(),
  },
  /** Do what the app does itself, as if it was chosen from a menu. */
  'commands.do': { input: z.strictObject({ id: z.enum(appCommandIds) }), output: z.undefined() },
  /** Import files or folders that were dropped on the page or chosen there; several are one export in parts. */
  'files.open': {
    input: z.strictObject({ paths: z.array(z.string().min(1).max(4096)).min(1).max(1000) }),
    output: z.object({ import: importId }),
  },
  /** Have the person choose files or folders of this machine, and import them; empty where they thought better of it. */
  'files.choose': {
    input: z.strictObject({ kind: z.enum(['files', 'folder']) }),
    output: z.object({ imports: z.array(importId) }),
  },
  ...captureMethods,
  ...keysMethods,
  ...computerMethods,
  /** How the app stands with its updates; `updates` events tell of every change. */
  'updates.state': { input: z.undefined(), output: updatesState },
  /** Looks for an update now. */
  'updates.look': { input: z.undefined(), output: z.undefined() },
  'updates.choose': { input: updatesChoice, output: updatesState },
  /** Restarts into an update that is ready. */
  'updates.restart': { input: z.undefined(), output: z.undefined() },
  /** Have the person choose a file, and write what the page prints now into it as a PDF; `name` is offered without an ending. */
  'page.pdf': { input: z.strictObject({ name: z.string().max(500) }), output: z.object({ saved: z.boolean() }) },
  /** Whether the system's notifications and the badge are used, and whether they name files, devices and nodes. */
  'notifications.get': { input: z.undefined(), output: noticeSettings },
  'notifications.set': { input: noticeSettings, output: z.undefined() },
} satisfies Record<ShellMethodName, { input: z.ZodType; output: z.ZodType }>

export type ShellInput<N extends ShellMethodName> = z.output<(typeof shellMethods)[N]['input']>
export type ShellOutput<N extends ShellMethodName> = z.output<(typeof shellMethods)[N]['output']>

/** How a call ends: with its value, or with an error of the catalogue. */
export const shellAnswer = z.union([
  z.object({ value: z.unknown() }),
  z.object({ error: z.object({ code: z.string(), text: z.string() }) }),
])
export type ShellAnswer = z.output<typeof shellAnswer>

/** What the app tells a window's page unasked. */
export const shellEvent = z.discriminatedUnion('type', [
  /** Go to a screen: path, query and fragment of an address of the page. */
  z.object({ type: z.literal('go'), path: z.string().max(2000).startsWith('/') }),
  /** Do what was chosen from a menu; see `contract/commands.ts`. */
  z.object({ type: z.literal('command'), id: pageCommand }),
  /** Begin to pair with another node: its address, and the code where one is known. */
  z.object({ type: z.literal('pair'), node: z.string().max(2000), code: z.string().max(40) }),
  /** Look for words in the library. */
  z.object({ type: z.literal('search'), words: z.string().max(1000) }),
  keysEvent,
  /** The node stands otherwise than before. */
  computerEvent,
  z.object({ type: z.literal('updates'), state: updatesState }),
])
export type ShellEvent = z.output<typeof shellEvent>
