/** The node's state, the accounts that it hosts, and what of the keys a person handles. */
import { z } from 'zod'
import { defineMethods } from '../method.ts'
import { bytes, count, did, label, nothing, time } from './fields.ts'
import { otherNode } from './nodes.ts'

const device = z
  .object({
    did,
    name: z.string(),
    kind: z.string().describe('desktop, server, phone …'),
    granted: time,
    expires: time.optional(),
    revoked: z.boolean(),
  })
  .meta({ id: 'Device' })

const account = z
  .object({
    did,
    name: z.string().nullable(),
    created: time,
    device: device.describe('The device of this account that is this node.'),
    devices: z.array(device),
    phraseConfirmed: z.boolean().describe('Whether the 24 words were asked back; until then they can be shown again.'),
    rootCold: z.boolean().describe('Whether the root key is on paper alone: the 24 words are asked for what needs it.'),
    quota: bytes.nullable().describe('Bytes that the account’s log and files may take together; null: no limit.'),
    used: bytes.describe('Bytes that they take.'),
    recovery: z
      .string()
      .regex(/^[A-Za-z0-9_-]{43}$/)
      .describe(
        'X25519 public key in base64url: a node of the account seals its data keys to it, so that the 24 words open them.',
      ),
  })
  .meta({ id: 'Account' })

/**
 * phrase-unconfirmed: the 24 words were not asked back yet · keys-missing: an account of this node stays closed · device-revoked:
 * what is written here counts nowhere · device-forked: nothing can be written here until its device has a new key. */
export const warningCodes = ['phrase-unconfirmed', 'keys-missing', 'device-revoked', 'device-forked'] as const
const warning = z
  .object({ code: z.enum(warningCodes), text: z.string().describe('In English, with the remedy.') })
  .meta({ id: 'Warning' })

const accountSummary = z.object({ did, name: z.string().nullable(), created: time }).meta({ id: 'AccountSummary' })
const phrase = z.string().max(500).describe('24 words.')

export const accounts = defineMethods({
  'status.get': {
    http: 'GET /api/v1/status',
    summary: 'What the node is doing, and how much the account holds.',
    kind: 'json',
    callers: 'session',
    capability: 'read',
    input: z.strictObject({}),
    output: z.object({
      version: z.string(),
      instance: did,
      address: z
        .string()
        .nullable()
        .describe('Under which this machine reaches the node, “http://127.0.0.1:4747”; null: it does not listen.'),
      reach: z
        .enum(['machine', 'network'])
        .describe('machine: it listens to this machine alone and answers to no further name. network: others may reach it.'),
      started: time,
      uptime: z.number().min(0).describe('Seconds.'),
      account: z.object({ did, conversations: count, messages: count, bytes }),
      imports: z.object({ running: count, waiting: count }),
      integrity: z.object({
        state: z.enum(['sound', 'checking', 'damaged']),
        checked: time.nullable(),
        problems: z.array(z.string()),
      }),
      keychain: z.string().describe('Where the keys rest: macOS Keychain, Secret Service, passphrase file …'),
      nodes: z.array(otherNode).describe('The person’s other nodes that this one follows.'),
      warnings: z.array(warning).describe('What a person should know and can do something about.'),
    }),
    errors: [],
  },
  'account.get': {
    http: 'GET /api/v1/account',
    summary: 'The account that is signed in.',
    kind: 'json',
    callers: 'session',
    capability: 'read',
    input: z.strictObject({}),
    output: account,
    errors: [],
  },
  'account.phrase': {
    http: 'GET /api/v1/account/phrase',
    summary: 'The account’s 24 words, until they were confirmed.',
    kind: 'json',
    callers: 'local',
    input: z.strictObject({}),
    output: z.object({ phrase }),
    errors: ['phrase-confirmed'],
  },
  'account.confirm-phrase': {
    http: 'POST /api/v1/account/phrase/confirm',
    summary: 'Takes the 24 words back as proof that they were written down; the node then forgets them.',
    kind: 'json',
    callers: 'local',
    input: z.strictObject({ phrase }),
    output: nothing,
    errors: ['phrase-invalid', 'phrase-mismatch', 'phrase-confirmed'],
  },
  'account.set-quota': {
    http: 'POST /api/v1/account/quota',
    summary: 'Sets how many bytes the account’s log and files may take together; null: no limit.',
    kind: 'json',
    callers: 'local',
    input: z.strictObject({ quota: bytes.nullable() }),
    output: nothing,
    errors: [],
  },
  'accounts.list': {
    http: 'GET /api/v1/accounts',
    summary: 'Every account that this node hosts.',
    kind: 'json',
    callers: 'local',
    scope: 'node',
    input: z.strictObject({}),
    output: z.object({ items: z.array(accountSummary) }),
    errors: [],
  },
  'accounts.create': {
    http: 'POST /api/v1/accounts',
    summary: 'Makes a new account; with `phrase`, one that grows from those 24 words again.',
    kind: 'json',
    callers: 'local',
    scope: 'node',
    input: z.strictObject({ name: label.optional(), phrase: phrase.optional() }),
    output: accountSummary,
    errors: ['phrase-invalid', 'already-there', 'keychain-unavailable'],
  },
  'keychain.change-passphrase': {
    http: 'POST /api/v1/keychain/passphrase',
    summary: 'Changes the passphrase of the key file, where the keys rest in one.',
    kind: 'json',
    callers: 'local',
    scope: 'node',
    input: z.strictObject({ current: z.string().min(1).max(1024), next: z.string().min(8).max(1024) }),
    output: nothing,
    errors: ['keychain-wrong-passphrase', 'keychain-unavailable'],
  },
})
