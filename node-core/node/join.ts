/**
 * Bringing an account to a machine that holds none yet, from another node of it: here no node runs, so this composes what it
 * needs. What is cut off on the way goes on where it was; the store is opened for nothing else before it is whole.
 */
import { z } from 'zod'
import { httpPeers } from '../adapters/peer-http/door.ts'
import { openSqliteStorage } from '../adapters/storage-sqlite/storage.ts'
import type { syncAnswer } from '../contract/api/sync.ts'
import { VivimError } from '../contract/errors.ts'
import { eventTypes } from '../contract/events.ts'
import type { Did } from '../contract/ids.ts'
import { toBase32 } from '../contract/ids.ts'
import { fingerprintOf } from '../contract/pairing.ts'
import type { AccountParts } from '../identity/accounts.ts'
import { beginJoined, finishJoined, freshKeys, unfinishedJoin } from '../identity/join-account.ts'
import type { OpenAccount } from '../identity/keyring.ts'
import { createKeyring } from '../identity/keyring.ts'
import { valueIn } from '../log/chunk.ts'
import { parseEnvelope } from '../log/envelope.ts'
import type { LiveDoor } from '../ports/peer-door.ts'
import type { Reader } from '../ports/storage.ts'
import { type KnownNode, putNode, readNodes } from '../sync/known-nodes.ts'
import { syncOnce, unknownPeer } from '../sync/outbound.ts'
import { claimPairing, confirmed } from '../sync/pairing.ts'
import { syncPeer } from '../sync/peer.ts'
import { peerTokens } from '../sync/peer-session.ts'
import { openBlobs, readWhole } from '../threads/files.ts'
import { migrations } from '../threads/migrations.ts'
import { createWriter, type Writer } from '../threads/writer-core.ts'
import { meant, vouchedBy } from './nodes.ts'

export interface JoinParts extends Pick<AccountParts, 'keychain' | 'clock' | 'random' | 'device'> {
  wait(milliseconds: number, signal: AbortSignal): Promise<void>
  /** Asked whether the other node shows this fingerprint as its authority's: nobody whom the machine trusts vouches for it. */
  agree(fingerprint: string): Promise<boolean>
  /** Told the number that the person confirms at the other node. */
  onNumber(fingerprint: string): void
  /** Told how many events have come. */
  onProgress(events: number): void
}
export interface JoinedAccount {
  did: Did
  /** How many events came. */
  events: number
}
interface Composed extends JoinParts {
  reader: Reader
  writer: Writer
}

/**
 * Undefined where the data directory holds an account already. Errors: `pairing-invalid`, `forbidden` where it was refused,
 * `unavailable` where the other node cannot be reached, `store-locked`, the keychain's and the store's.
 */
export async function joinStore(
  directory: string,
  { url: text, code }: { url: string; code: string | undefined },
  parts: JoinParts,
  signal: AbortSignal,
): Promise<JoinedAccount | undefined> {
  await using storage = await openSqliteStorage({ directory, migrations })
  const opened = new Map<Did, OpenAccount>()
  const accountOf = (did: Did): OpenAccount => {
    const account = opened.get(did)
    if (!account) throw new VivimError('internal')
    return account
  }
  const blobs = await openBlobs(directory, accountOf, parts.random)
  const core = createWriter({
    storage,
    clock: parts.clock,
    random: parts.random,
    readBlob: (owner, id) => readWhole(blobs, owner, id),
    onCommit() {},
  })
  const writer: Writer = {
    ...core,
    async open(account) {
      opened.set(account.did, account)
      await core.open(account)
    },
  }
  const composed = { ...parts, reader: storage, writer }
  const begun = await unfinishedJoin(composed)
  if (!begun && (await storage.get('SELECT id FROM account LIMIT 1', []))) return undefined
  const account = begun ?? (await letIn(composed, text, code, signal))
  const [node] = await readNodes(storage, { id: account.id, sealer: sealerOf(composed, account) })
  if (!node) throw new VivimError('storage-corrupt', 'It is not noted from which node the account comes.')
  return { did: account.did, events: await bring(composed, account, node, signal) }
}

const sealerOf = ({ random }: Composed, account: OpenAccount) => {
  const keyring = createKeyring(random)
  keyring.open(account)
  return keyring.keysOf(account.id).sealer
}

/** Pairs this machine with the other node, and makes the account's rows here. */
async function letIn(parts: Composed, text: string, code: string | undefined, signal: AbortSignal): Promise<OpenAccount> {
  const { clock, random, device } = parts
  const { url, secret } = meant(text, code)
  const authority = await authorityOf(parts, url, signal)
  const peer = httpPeers.at(url, authority)
  const keys = freshKeys(random)
  const claimed = await claimPairing(peer, secret, { ...keys, ...device }, signal)
  parts.onNumber(fingerprintOf(keys.device, Buffer.from(keys.encryption).toString('base64url')))
  const grant = await confirmed(peer, claimed, parts.wait, signal)
  const { account: did, instance } = claimed
  const who = { account: did, device: keys.device, deviceKey: keys.deviceKey, instance }
  const door = peer.door(peerTokens(peer, who, clock, signal))
  const recovery = await recoveryAt(door, signal)
  const successor = await successorAt(door, signal)
  const account = await beginJoined(parts, { did, recovery, successor, grant }, keys)
  const node: KnownNode = { id: toBase32(random(16)), url, instance, added: clock.now(), authority }
  await parts.writer.write([putNode({ id: account.id, sealer: sealerOf(parts, account) }, node)])
  return account
}

async function authorityOf(parts: Composed, url: string, signal: AbortSignal): Promise<Uint8Array | undefined> {
  const vouching = await vouchedBy(httpPeers, url, undefined, signal)
  if (vouching.unknown === undefined) return vouching.authority
  if (!(await parts.agree(vouching.unknown))) throw new VivimError('certificate-unknown', 'Nothing was changed.')
  const agreed = await vouchedBy(httpPeers, url, vouching.unknown, signal)
  return agreed.unknown === undefined ? agreed.authority : undefined
}

/** Takes in all events, begins this device's own chain, and tells the other node. */
async function bring(parts: Composed, account: OpenAccount, node: KnownNode, signal: AbortSignal): Promise<number> {
  const { reader, writer, clock } = parts
  const peer = httpPeers.at(node.url, node.authority)
  const door = peer.door(peerTokens(peer, { ...account, account: account.did, instance: node.instance }, clock, signal))
  let events = 0
  const outbound = {
    reader,
    account: { id: account.id, sealer: sealerOf(parts, account) },
    peer: syncPeer(door),
    async accept(...call: Parameters<Writer['accept']>) {
      const outcomes = await writer.accept(...call)
      events += outcomes.filter(({ code, known }) => code === undefined && !known).length
      parts.onProgress(events)
      return outcomes
    },
  }
  const state = unknownPeer()
  const pulled = await syncOnce(outbound, state, signal)
  const [refused] = pulled.refused
  if (refused) throw new VivimError(refused.code, 'An event of the account cannot be taken in.')
  await finishJoined(parts, account)
  await syncOnce(outbound, state, signal)
  return events
}

async function recoveryAt(door: LiveDoor, signal: AbortSignal): Promise<Uint8Array> {
  const { status, body } = await door.ask('/api/v1/account', undefined, signal)
  const answer =
    status === 200 ? z.object({ recovery: z.string().length(43) }).safeParse(JSON.parse(Buffer.from(body).toString())) : undefined
  if (!answer?.success) throw new VivimError('unavailable', 'The other node does not say what its account is.')
  return Uint8Array.from(Buffer.from(answer.data.recovery, 'base64url'))
}

/** What the account's genesis, the first event of all, commits to. */
async function successorAt(door: LiveDoor, signal: AbortSignal): Promise<Uint8Array> {
  const answer: z.output<typeof syncAnswer> = await syncPeer(door).exchange(
    { cursor: null, vectorClock: {}, changes: [] },
    signal,
  )
  const [first] = answer.events
  const [chunk] = first?.chunks ?? []
  if (!first || !chunk || parseEnvelope(first.envelope).envelope.type !== 'account.created')
    throw new VivimError('unavailable', 'The other node does not begin with the account’s first event.')
  return eventTypes['account.created'].parse(valueIn(chunk)).successor
}
