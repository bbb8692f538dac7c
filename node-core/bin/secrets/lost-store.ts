/** A data directory whose store is gone: what is left of it must not quietly become a new one. */

import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { VivimError } from '../../contract/errors.ts'
import { readMarker } from './marker.ts'

/**
 * Whether there was a store and it is gone, or was never there. The marker says that one was opened once; an empty file
 * is what a first start that was cut off leaves, which may go on.
 */
export async function storeState(directory: string): Promise<'there' | 'lost' | 'new'> {
  const facts = await stat(join(directory, 'store.db')).catch(() => undefined)
  if (facts && facts.size > 0) return 'there'
  return (await readMarker(directory)) === undefined ? 'new' : 'lost'
}

/** Error: `storage-corrupt` where the store is gone. */
export async function refuseLostStore(directory: string): Promise<void> {
  if ((await storeState(directory)) === 'lost')
    throw new VivimError(
      'storage-corrupt',
      `${join(directory, 'store.db')} is gone or empty, and no new one is begun in its place.`,
    )
}
