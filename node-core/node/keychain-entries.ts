/** Every name under which a store may have put something into a keychain: the system's cannot list them. */
import type { Did } from '../contract/ids.ts'

/** What rests by a device's name: its account's keys, the node's own key, the node's own authority. */
const kinds = ['device', 'node', 'tls'] as const

/** @param devices those that the store writes as, one for each account */
export const keychainEntries = (devices: readonly Did[]): string[] =>
  devices.flatMap((device) => kinds.map((kind) => `${kind}:${device}`))
