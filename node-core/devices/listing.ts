/** The devices of an account, out of what its log says of them. Pure but for reading. */
import { forkSchema, type Grant, grantSchema } from '../contract/events.ts'
import type { Did } from '../contract/ids.ts'
import { type Authority, cutOf, cutUnder, stands } from '../log/authority.ts'
import { compareHlc, type Hlc } from '../log/envelope.ts'
import { authorityFrom, type Said } from '../log/stored-authority.ts'

export interface Device {
  readonly did: Did
  /** The grant that its chain began with; until then the newest that stands. */
  readonly grant: Grant
  readonly name: string
  /** Whether it has signed its first event. */
  readonly begun: boolean
  /** Whether its chain is cut, or what let it in is void. */
  readonly revoked: boolean
  /** When it was said that its key was in use twice, in milliseconds; it signs no more. */
  readonly forked: number | undefined
}
export interface Listing {
  readonly authority: Authority
  readonly devices: ReadonlyMap<Did, Device>
}

/** Every device that was ever granted, in the order in which they came. */
export function listDevices(owner: Did, said: readonly Said[]): Listing {
  const authority = authorityFrom(owner, said)
  const devices = new Map<Did, Device>()
  const names = namesIn(authority, said)
  const forked = forkedIn(authority, said)
  for (const { envelope, value } of said) {
    if (envelope.type !== 'device.granted') continue
    const { data: grant } = grantSchema.safeParse(value)
    if (!grant) continue
    // the log has held it to the pattern of a DID
    const did = grant.device as Did
    const own = authority.grants.get(did)
    if (own && envelope.device !== did) continue
    const revoked = (own ? cutOf(authority, did) : cutUnder(authority, grant)) !== undefined
    const before = devices.get(did)
    if (before && !before.revoked && revoked) continue
    devices.set(did, {
      did,
      grant,
      name: names.get(did)?.name ?? grant.name,
      begun: own !== undefined,
      revoked,
      forked: forked.get(did),
    })
  }
  return { authority, devices }
}

/** Devices of which a device that may says so; the log has held what it says to be true. */
function forkedIn(authority: Authority, said: readonly Said[]): Map<string, number> {
  const found = new Map<string, number>()
  for (const { envelope, id, value } of said) {
    if (envelope.type !== 'device.forked' || !stands(authority, { ...envelope, id })) continue
    const { data } = forkSchema.safeParse(value)
    const [time] = envelope.time
    if (data) found.set(data.device, Math.min(time, found.get(data.device) ?? time))
  }
  return found
}

/** The newest name that was given to each device by who may: by `(time, device)`. */
function namesIn(authority: Authority, said: readonly Said[]): Map<Did, { name: string; time: Hlc; by: Did; id: Uint8Array }> {
  const names = new Map<Did, { name: string; time: Hlc; by: Did; id: Uint8Array }>()
  for (const { envelope, id, value } of said) {
    if (envelope.type !== 'device.renamed' || !stands(authority, { ...envelope, id })) continue
    const { device, name } = value as { device: Did; name: string }
    const { time, device: by } = envelope
    const before = names.get(device)
    const older =
      before && (compareHlc(time, before.time) || (by < before.by ? -1 : by > before.by ? 1 : Buffer.compare(id, before.id))) < 0
    if (!older) names.set(device, { name, time, by, id })
  }
  return names
}
