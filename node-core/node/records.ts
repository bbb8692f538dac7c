/** The records of this node's accounts that their owners publish: made when somebody asks, and anew in time. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { replaceFile } from '../adapters/durable-file.ts'
import { recordLifetime } from '../contract/account-record.ts'
import type { records } from '../contract/api/records.ts'
import { VivimError } from '../contract/errors.ts'
import type { Grant } from '../contract/events.ts'
import type { Did } from '../contract/ids.ts'
import type { Handlers } from '../contract/method.ts'
import { type Listing, listDevices } from '../devices/listing.ts'
import { signRecord } from '../identity/account-record.ts'
import type { OpenAccount } from '../identity/keyring.ts'
import { rootsOf } from '../log/authority.ts'
import { openChunk } from '../log/chunk.ts'
import { chunkAt } from '../log/chunk-place.ts'
import { saidOf } from '../log/stored-authority.ts'
import type { Clock } from '../ports/clock.ts'
import type { KeysOf } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'

export interface RecordParts {
  dataDirectory: string
  reader: Reader
  keysOf: KeysOf
  clock: Clock
  accountOf(did: Did): OpenAccount
  /** Addresses under which others reach this node. */
  urls(): string[]
}
export interface Records {
  handlers: Handlers<typeof records>
  /** The record of an account. Error: `not-found` where it is none of this node's, or its owner does not publish it. */
  recordOf(account: Did): Promise<{ account: Did; sequence: number; expires: number; record: string }>
}
interface Made {
  bytes: Uint8Array
  sequence: number
  expires: number
  /** What it was made of. */
  of: string
}

/** By account: who is published, and under which name. What is in it is public. */
const published = z.record(z.string(), z.object({ name: z.string().nullable() }))

export async function createRecords(parts: RecordParts): Promise<Records> {
  const { dataDirectory, reader, keysOf, clock, accountOf, urls } = parts
  const file = join(dataDirectory, 'published.json')
  let shown = await readShown(file)
  const made = new Map<Did, Made>()

  async function make(account: OpenAccount, name: string | null): Promise<Made> {
    const { position } = (await reader.get<{ position: number | null }>(selectNewest, [account.id])) ?? { position: null }
    const now = clock.now()
    const before = made.get(account.did)
    const of = JSON.stringify([position, name, urls(), account.device])
    if (before?.of === of && before.expires - now > recordLifetime / 2) return before
    const listing = listDevices(account.did, await saidOf(reader, account.id, keysOf(account.id).sealer))
    // after a clock that was set back too
    const sequence = Math.max(now, (before?.sequence ?? 0) + 1)
    const grants = lineTo(listing, account.device)
    if (!grants[0]?.capabilities.includes('publish'))
      throw new VivimError('event-not-granted', 'This node’s device may not publish.')
    const ends = grants.map(({ expires }) => expires ?? Number.POSITIVE_INFINITY)
    const expires = Math.min(now + recordLifetime, ...ends)
    const bytes = signRecord(
      {
        v: 1,
        account: account.did,
        sequence,
        expires,
        name,
        handle: null,
        pds: urls(),
        peers: [],
        keys: [...listing.devices.values()]
          .filter(({ grant, revoked, begun }) => begun && !revoked && (grant.expires === null || grant.expires > now))
          .map(({ did: device, grant }) => ({ device, key: grant.encryption, from: grant.notBefore, until: grant.expires })),
        packages: null,
        device: account.device,
        grants,
        roots: await rootsIn(account, listing),
      },
      account.deviceKey,
    )
    const next = { bytes, sequence, expires, of }
    made.set(account.did, next)
    return next
  }

  /** What proves a later root; null while the first one holds. */
  async function rootsIn({ id, did }: OpenAccount, { authority }: Listing) {
    const later = rootsOf(authority).slice(1)
    if (later.length === 0) return null
    const genesis = await reader.get<{ envelope: Uint8Array; position: number }>(selectGenesis, [id, did])
    const stored =
      genesis &&
      (await reader.get<{ digest: Uint8Array; sealed: Uint8Array }>('SELECT digest, sealed FROM chunk WHERE id = ?', [
        chunkAt(id, genesis.position, 0),
      ]))
    if (!stored) throw new VivimError('storage-corrupt', 'The account’s genesis is not here.')
    const chunk = openChunk(id, stored.digest, stored.sealed, keysOf(id).sealer)
    const successions = later.flatMap((root) => authority.successions.find((one) => one.root === root.did) ?? [])
    return { envelope: genesis.envelope, chunk, successions }
  }

  return {
    handlers: {
      async 'account.publish'({ on, name }, { account }) {
        const others = Object.entries(shown).filter(([did]) => did !== account)
        const next = Object.fromEntries(on ? [...others, [account, { name: name ?? null }]] : others)
        await replaceFile(file, Buffer.from(`${JSON.stringify(next, null, 2)}\n`))
        shown = next
        return {}
      },
    },
    async recordOf(did) {
      const entry = shown[did]
      if (!entry) throw new VivimError('not-found')
      const { bytes, sequence, expires } = await make(accountOf(did), entry.name)
      return { account: did, sequence, expires, record: Buffer.from(bytes).toString('base64url') }
    },
  }
}

const selectGenesis = `SELECT e.envelope, e.position FROM event e JOIN device d ON d.account = e.account AND d.id = e.device
  WHERE e.account = ? AND d.did = ? AND e.seq = 1`
const selectNewest = 'SELECT max(position) AS position FROM authority WHERE account = ?'

/** A device's grant, its granter's, and so on up to one by a root. Error: `event-revoked` where it does not stand. */
function lineTo({ authority, devices }: Listing, device: Did): Grant[] {
  const roots = new Set(rootsOf(authority).map(({ did }) => did))
  const line: Grant[] = []
  for (let at = devices.get(device); at; at = devices.get(at.grant.issuer as Did)) {
    if (at.revoked) throw new VivimError('event-revoked')
    line.push(at.grant)
    if (roots.has(at.grant.issuer as Did)) return line
  }
  throw new VivimError('storage-corrupt', 'This device’s grant leads to no root.')
}

async function readShown(file: string): Promise<z.output<typeof published>> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return {}
  try {
    return published.parse(JSON.parse(text))
  } catch {
    return {}
  }
}
