/** What the doctor says of a store that does not open: which file, what kind of damage, and what to do. */
import { join } from 'node:path'
import { isVivimError, VivimError } from '../../contract/errors.ts'
import type { ExitCode } from '../cli/arguments.ts'
import type { Context } from '../cli/context.ts'
import type { NodeClient } from '../client/client.ts'
import { runningNode } from '../client/connect.ts'
import { storeState } from '../secrets/lost-store.ts'

export interface Damage {
  /** A sentence that names the file. */
  readonly what: string
  readonly remedy: string
}

const restoring =
  'Copy the data directory aside, then restore a backup into another one: vivim restore FILE --data DIR. ' +
  'Without a backup, import your exports again into another one.'
const recovering = '“vivim account recover” makes the keys anew from the 24 words; nothing of the data is lost.'

/** The node, running or opened, or why it does not open. Errors: `not-found` where there is no store yet, and what is no damage. */
export async function openOrDamages(context: Context): Promise<NodeClient | readonly Damage[]> {
  const { dataDirectory } = context
  const running = await runningNode(context.config(), context.account)
  if (running) return running
  if ((await storeState(dataDirectory)) === 'new')
    throw new VivimError('not-found', `There is no store in ${dataDirectory} yet; “vivim serve” begins one.`)
  try {
    return await context.connect()
  } catch (error) {
    const damages = await damagesBehind(error, dataDirectory)
    if (damages.length === 0) throw error
    return damages
  }
}

async function damagesBehind(error: unknown, directory: string): Promise<Damage[]> {
  if (isVivimError(error, 'keychain-corrupt'))
    return [
      {
        what: `The keys cannot be read: ${error.detail ?? `${join(directory, 'keychain.json')} is damaged.`}`,
        remedy: recovering,
      },
    ]
  if (isVivimError(error, 'keys-missing')) return [{ what: error.message, remedy: recovering }]
  if (!isVivimError(error, 'storage-corrupt', 'store-foreign', 'seal-broken', 'internal')) return []
  const { examineStore } = await import('../../adapters/storage-sqlite/examine.ts')
  const { file, damages } = await examineStore(directory)
  if (damages.length > 0) return damages.map((damage) => ({ what: `${file} ${damage}`, remedy: restoring }))
  // its pages are sound, so it is what stands on them
  const { code, message } = error
  return code === 'internal' ? [] : [{ what: `${file} does not open: ${message}`, remedy: restoring }]
}

/** Exit code 1. */
export function tellDamages({ terminal }: Context, damages: readonly Damage[]): ExitCode {
  if (terminal.json) terminal.printJson({ findings: damages.map((damage) => ({ ok: false, ...damage })) })
  else {
    for (const { what } of damages) terminal.print(`${terminal.bold('!!')}  ${what}`)
    for (const remedy of new Set(damages.map((damage) => damage.remedy))) terminal.print(`→ ${remedy}`)
  }
  return 1
}
