/** A device of a served node's account that lives in the test alone: it signs events of its own and pushes them over HTTP. */
import type { KeyObject } from 'node:crypto'
import { systemRandom } from '../../node-core/adapters/clock.ts'
import type { Capability, Grant } from '../../node-core/contract/events.ts'
import type { Did } from '../../node-core/contract/ids.ts'
import { didOf, privateKeyOf } from '../../node-core/crypto/ed25519.ts'
import { signGrant } from '../../node-core/crypto/grants.ts'
import { signFor } from '../../node-core/crypto/signing.ts'
import { chunkOf, encodeValue } from '../../node-core/log/chunk.ts'
import { digestOf } from '../../node-core/log/cid.ts'
import { decode } from '../../node-core/log/dag-cbor-read.ts'
import { parseEnvelope, type SignedEnvelope, signEnvelope } from '../../node-core/log/envelope.ts'
import { deviceProofBytes } from '../../node-core/sessions/device-proofs.ts'
import type { PlainHttp } from './plain-http.ts'

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

export interface RemoteDevice {
  readonly did: Did
  readonly key: KeyObject
  /** Signs the next event of its chain; answers its number and id. */
  make(type: string, part: unknown): SignedEnvelope
  /** Says a grant for another device, which begins its chain with it when it is pushed. */
  grant(to: RemoteDevice, capabilities: readonly Capability[]): void
  /** Begins the chain with a grant that somebody gave. */
  begin(grant: Grant): void
  /** Pushes what was made and not pushed; answers what was refused. */
  push(http: PlainHttp): Promise<{ code: string }[]>
  /** Signs in by the key of its grant: an access token. */
  signIn(http: PlainHttp): Promise<string>
}

/** A device that nobody has let in yet; or, by its key and its newest event, one more of a device that was. */
export function remoteDevice(owner: Did, key: KeyObject = privateKeyOf(systemRandom(32)), after?: SignedEnvelope): RemoteDevice {
  const did = didOf(key)
  let head = after
  let waiting: { envelope: string; chunks: string[] }[] = []
  const make: RemoteDevice['make'] = (type, part) => {
    const chunk = chunkOf(encodeValue(part), systemRandom)
    const signed = signEnvelope(
      {
        owner,
        device: did,
        seq: (head?.envelope.seq ?? 0) + 1,
        prev: head?.id ?? null,
        deps: [],
        time: [Math.max(Date.now(), (head?.envelope.time[0] ?? 0) + 1), 0],
        type,
        chunks: [digestOf(chunk)],
      },
      key,
    )
    head = signed
    waiting.push({ envelope: base64(signed.bytes), chunks: [base64(chunk)] })
    return signed
  }
  return {
    did,
    key,
    make,
    begin: (grant) => void make('device.granted', grant),
    grant(to, capabilities) {
      const grant = signGrant(
        {
          account: owner,
          device: to.did,
          name: 'granted',
          kind: 'phone',
          capabilities: [...capabilities],
          notBefore: 0,
          expires: null,
          encryption: new Uint8Array(32).fill(9),
          issuer: did,
        },
        key,
      )
      make('device.granted', grant)
      to.begin(grant)
    },
    async push(http) {
      const changes = waiting
      waiting = []
      return (await http.json('sync.exchange', { changes })).rejected
    },
    async signIn(http) {
      const { challenge, audience } = await http.json('auth.challenge', { did: owner })
      const signature = base64(signFor('challenge', deviceProofBytes(challenge, audience, owner), key))
      const answer = await http.json('auth.session', { did: owner, device: did, challenge, signature })
      if (typeof answer.accessToken !== 'string') throw new Error(JSON.stringify(answer))
      return answer.accessToken
    },
  }
}

/** One more of a device that was copied: it goes on behind the newest event that the node holds of it, by the same key. */
export async function copyOf(http: PlainHttp, key: KeyObject): Promise<RemoteDevice> {
  const { events } = await http.json('sync.exchange', {})
  const all = events.map(({ envelope }: { envelope: string }) => parseEnvelope(Buffer.from(envelope, 'base64url')))
  const own = all.filter(({ envelope }: SignedEnvelope) => envelope.device === didOf(key))
  return remoteDevice(http.account as Did, key, own.at(-1))
}

/** Lets a device in by the node itself, and begins its chain. */
export async function letIn(http: PlainHttp, device: RemoteDevice, name: string, capabilities: readonly Capability[]) {
  const encryption = base64(new Uint8Array(32).fill(9))
  const { grant } = await http.json('devices.grant', { device: device.did, name, kind: 'phone', capabilities, encryption })
  device.begin(decode(Buffer.from(grant, 'base64url')) as Grant)
  return device
}
