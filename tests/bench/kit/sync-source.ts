/** The node that a benchmark syncs from, in a process of its own. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { z } from 'zod'
import { did } from '../../../node-core/contract/api/fields.ts'
import type { Did } from '../../../node-core/contract/ids.ts'

const said = z.object({ origin: z.string(), token: z.string(), account: did })
const moment = z.object({ nanoseconds: z.string() })
const admitted = z.object({ grant: z.string() })
export interface SyncSource extends z.output<typeof said>, AsyncDisposable {
  /** Lets a device in; answers its grant, DAG-CBOR. */
  admit(device: Did, encryption: Uint8Array): Promise<Uint8Array>
  /** Makes a tag there; answers when that began, in nanoseconds of the machine's own clock. */
  tag(name: string): Promise<bigint>
  /** Answers when it has so many events of a device. */
  arrival(device: string, seq: number): Promise<bigint>
}

/** Resolves when its log holds `size` events of a mixed log and it answers. */
export async function startSource(folder: string, size: number, seed: number): Promise<SyncSource> {
  const child = fork(join(import.meta.dirname, 'sync-source.child.ts'), [folder, `${size}`, `${seed}`], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`The source ended with ${code}.`)
    }),
  ])
  const ask = async (order: object): Promise<unknown> => {
    const answered = once(child, 'message')
    child.send(order)
    return (await answered)[0]
  }
  const timeOf = async (order: object): Promise<bigint> => BigInt(moment.parse(await ask(order)).nanoseconds)
  return {
    ...said.parse(message),
    tag: (name) => timeOf({ tag: name }),
    arrival: (device, seq) => timeOf({ await: device, seq }),
    async admit(device, encryption) {
      const { grant } = admitted.parse(await ask({ admit: device, encryption: Buffer.from(encryption).toString('base64url') }))
      return Uint8Array.from(Buffer.from(grant, 'base64url'))
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}
