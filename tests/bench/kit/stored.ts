/** Stores with many messages in them, made once by an import through the built node and kept for the next run. */
import { readFileSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { benchFolder, exists, type GeneratedExport } from './exports.ts'
import { say } from './figures.ts'
import { importInto } from './importing.ts'
import { type Served, serve } from './served.ts'

export interface StoredNode extends GeneratedExport {
  /** What {@link serve} takes. */
  folder: string
}

const status = z.object({ account: z.object({ messages: z.number(), conversations: z.number() }) })

/**
 * A node's folder that holds what an export holds, merged and at rest. One that was kept is taken when the node as it is
 * built now opens it and finds everything in it.
 */
export async function storedNode(file: GeneratedExport): Promise<StoredNode> {
  const folder = join(benchFolder, `store-${basename(file.path, '.json')}`)
  if (await exists(folder)) {
    if (await holds(folder, file)) return { ...file, folder }
    await rm(folder, { recursive: true })
  }
  say(`Importing ${file.messages} messages …`)
  const fresh = join(benchFolder, `store-fresh-${process.pid}`)
  await rm(fresh, { recursive: true, force: true })
  const node = await serve(fresh)
  try {
    await importInto(node, file.path)
    await quiet(node)
  } finally {
    await node.stop()
  }
  await rename(fresh, folder)
  return { ...file, folder }
}

async function holds(folder: string, { messages, conversations }: GeneratedExport): Promise<boolean> {
  try {
    const node = await serve(folder)
    try {
      const { account } = status.parse(JSON.parse((await node.get('/api/v1/status')).body.toString()))
      if (account.messages === messages && account.conversations === conversations) return true
      say(`The kept store has ${account.messages} messages in ${account.conversations} conversations.`)
    } finally {
      await node.stop()
    }
  } catch (error) {
    say(`The kept store does not open: ${error instanceof Error ? error.message : String(error)}`)
  }
  return false
}

/** Waits until the node has merged its index: until it has used next to no processor time for three seconds. */
export async function quiet(node: Served): Promise<void> {
  let before = processorTime(node.pid)
  for (let still = 0; still < 3; ) {
    await setTimeout(1000)
    const now = processorTime(node.pid)
    still = now - before < 0.05 ? still + 1 : 0
    before = now
  }
}

/** Seconds of processor time that a process has used, from Linux's own account; nothing elsewhere. */
export function processorTime(pid: number): number {
  if (process.platform !== 'linux') return 0
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}
