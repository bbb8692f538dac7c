/**
 * What the app and its node say to each other over the utility process's port. Both ends parse what they receive.
 * Times are milliseconds since 1970.
 */
import { z } from 'zod'
import { importId } from './api/fields.ts'
import { keysFromNode, keysToNode, startKeys } from './desktop-keys.ts'

/** From the app to the node. */
export const toNode = z.discriminatedUnion('type', [
  /** The first message: how to start. What is absent is as in the node's own configuration. */
  z.object({
    type: z.literal('start'),
    data: z.string().min(1).optional(),
    port: z.int().min(0).max(65_535).optional(),
    passphraseFile: z.string().min(1).optional(),
    /** Absent where the node has to find its keychain by itself. */
    keys: startKeys.optional(),
  }),
  /** Import files or folders of this machine that the person chose, dropped or opened; several are one export in parts. */
  z.object({ type: z.literal('open'), request: z.int().min(0), paths: z.array(z.string().min(1).max(4096)).min(1).max(1000) }),
  /** Close the store and exit. */
  z.object({ type: z.literal('stop') }),
  /** How much to do by itself, as the machine has it; `sync`: whether to exchange with other nodes. */
  z.object({ type: z.literal('pace'), level: z.enum(['normal', 'saving', 'paused']), sync: z.boolean() }),
  /** The machine slept, or is on another network: look after sessions, and ask other nodes at once. */
  z.object({ type: z.literal('look') }),
  /** The windows' session is refused, as it was ended from elsewhere: renew it, or begin another. */
  z.object({ type: z.literal('refused') }),
  ...keysToNode,
])
export type ToNode = z.output<typeof toNode>

const loopback = z.string().regex(/^http:\/\/127\.0\.0\.1:[0-9]{1,5}$/)

/** From the node to the app. */
export const fromNode = z.discriminatedUnion('type', [
  /** It listens; sent once. */
  z.object({ type: z.literal('ready'), origin: loopback }),
  /** A session for the window: sent after `ready` and again well before the last one expires. */
  z.object({ type: z.literal('session'), token: z.string().min(1), expiresAt: z.int() }),
  /** What came of `open`: the import that began, or why none did. */
  z.object({
    type: z.literal('opened'),
    request: z.int().min(0),
    answer: z.union([z.object({ import: importId }), z.object({ code: z.string(), text: z.string() })]),
  }),
  /** It cannot start, for a reason that a person can do something about; it exits then. */
  z.object({ type: z.literal('failed'), code: z.string(), text: z.string() }),
  ...keysFromNode,
])
export type FromNode = z.output<typeof fromNode>
/** How the app starts its node. */
export type Start = Extract<ToNode, { type: 'start' }>
