/** What options take: each in words for people, and as a check that is made before a command runs. */
import type { z } from 'zod'
import { settings, settingTakes } from '../../config.ts'
import { conversationId, cursor, did, label, messageId, role, source } from '../../contract/api/fields.ts'
import { authorityFingerprint } from '../../contract/api/nodes.ts'
import { roles, sources } from '../../contract/content.ts'
import { VivimError } from '../../contract/errors.ts'
import { readCode } from '../../contract/pairing.ts'
import { dateOf } from './dates.ts'
import { shortened } from './format.ts'

export interface Takes {
  /** Goes on from “takes”: a whole number from 1. */
  readonly what: string
  /** Where to find one. */
  readonly hint?: string
  accepts(text: string): boolean
}

const by = (what: string, schema: z.ZodType, hint?: string): Takes => ({
  what,
  ...(hint ? { hint } : {}),
  accepts: (text) => schema.safeParse(text).success,
})

export const takes = {
  amount: { what: 'a whole number from 1', accepts: (text) => /^[1-9]\d{0,8}$/.test(text) },
  date: { what: 'a year, a month or a day, like 2024, 2024-03 or 2024-03-01', accepts: (text) => dateOf(text) !== undefined },
  service: by(`a service: ${sources.join(', ')}`, source),
  role: by(`a role: ${roles.join(', ')}`, role),
  name: by('a name of 1 to 200 characters', label),
  tag: by('a tag of 1 to 200 characters', label),
  conversation: by('the id of a conversation', conversationId, '“vivim list” shows them'),
  message: by('the id of a message', messageId, '“vivim show” shows them'),
  account: by('an account’s DID, did:key:z6Mk…', did, '“vivim account list” shows them'),
  cursor: by('the “next” of an earlier answer', cursor),
  host: by(settingTakes.host, settings.shape.host),
  port: by(settingTakes.port, settings.shape.port),
  hostName: by('a host name, like vivim.example.org or 192.168.1.5:4747', settings.shape.names.unwrap().element),
  fingerprint: by(
    'a SHA-256 in pairs of hexadecimal digits, like 0A:1B:…',
    authorityFingerprint,
    '“vivim tls status” shows it there',
  ),
  code: { what: 'the code of a pairing, like ABCD-EFGH', accepts: (text) => readCode(text) !== undefined },
  publicUrl: by(settingTakes.publicUrl, settings.shape.publicUrl),
  proxy: by('an address or a range, like 10.0.0.1 or 10.0.0.0/8', settings.shape.trustedProxies.unwrap().element),
  file: { what: 'the name of a file', accepts: (text) => text !== '' },
  directory: { what: 'the name of a directory', accepts: (text) => text !== '' },
} as const satisfies Record<string, Takes>

/** Error: `bad-request`, a sentence that names what was to be given, what was, and what is expected. */
export function mustTake(name: string, { what, hint, accepts }: Takes, text: string): void {
  if (!accepts(text))
    throw new VivimError('bad-request', `${name} takes ${what}, not “${shortened(text, 60)}”${hint ? `; ${hint}` : ''}.`)
}
