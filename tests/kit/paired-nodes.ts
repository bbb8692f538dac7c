/** A machine’s node that lets another one in, as a person does it who sits at both. */
import { expect } from 'vitest'
import { socketClient } from '../../node-core/bin/client/socket.ts'
import type { Machine } from './product.ts'
import { socketOf } from './socket-of.ts'

/** For what happens in other processes; a busy machine is slow. */
export const patient = { timeout: 60_000 } as const

/** Opens a pairing at a node that runs at `origin`; answers what to give to the other one, and what confirms whoever claims it. */
export async function openPairing(machine: Machine, origin: string) {
  const local = socketClient(socketOf(machine), undefined)
  const { pairing, link, code } = await local.call('pairings.create', {})
  const claimed = async () => (await local.call('pairings.list', {})).items.find((one) => one.pairing === pairing)?.device
  return {
    link: `${origin}${link}`,
    code: code ?? '',
    claimed,
    /** Answers the number that was confirmed. */
    async confirm(): Promise<string> {
      await expect.poll(claimed, patient).toBeTruthy()
      const fingerprint = (await claimed())?.fingerprint ?? ''
      await local.call('pairings.confirm', { pairing, fingerprint })
      return fingerprint
    },
  }
}

/** Makes a machine's node follow another one that runs at `origin`. */
export async function followNode(
  machine: Machine,
  other: Machine,
  origin: string,
  options: readonly string[] = [],
): Promise<void> {
  const { link, confirm } = await openPairing(other, origin)
  await Promise.all([confirm(), machine.done(['device', 'add-node', link, ...options])])
}
