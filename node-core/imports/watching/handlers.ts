/** One function per method of `contract/api/watching.ts`. */
import { realpath } from 'node:fs/promises'
import { dirname, isAbsolute, resolve, sep } from 'node:path'
import type { watching as methods } from '../../contract/api/watching.ts'
import { VivimError } from '../../contract/errors.ts'
import type { Did } from '../../contract/ids.ts'
import type { Handlers } from '../../contract/method.ts'
import type { Reader } from '../../ports/storage.ts'
import type { ImportOwner } from '../records.ts'
import { type Places, suggestFolders } from './suggestions.ts'
import type { Watching } from './watching.ts'

export interface WatchingHandlerParts {
  watching: Watching
  reader: Reader
  accountOf(did: Did): ImportOwner
  dataDirectory: string
  places: Places
}

export function watchingHandlers(parts: WatchingHandlerParts): Handlers<typeof methods> {
  const { watching, reader, accountOf, dataDirectory, places } = parts
  /** Whoever is signed in to one account does not read the machine of a node that holds others' as well. */
  async function only(caller: string, account: Did): Promise<void> {
    if (caller === 'local') return
    if (await reader.get('SELECT id FROM account WHERE did <> ?', [account]))
      throw new VivimError('forbidden', 'The node holds other accounts too; its owner chooses the folders.')
  }
  return {
    async 'watching.list'(_, { caller, account }) {
      await only(caller, account)
      return { items: watching.list(accountOf(account)) }
    },
    async 'watching.suggest'(_, { caller, account }) {
      await only(caller, account)
      const watched = new Set(watching.list(accountOf(account)).map(({ path }) => path))
      return { items: await suggestFolders(places, watched) }
    },
    async 'watching.set'({ path, kind, given }, { caller, account }) {
      await only(caller, account)
      await refuseFolder(path, dataDirectory)
      return await watching.add(accountOf(account), { path: resolve(path), kind }, given)
    },
    async 'watching.remove'({ path }, { caller, account }) {
      await only(caller, account)
      await watching.remove(accountOf(account), resolve(path))
      return {}
    },
  }
}

/** A whole disk is no folder of exports, and the node's own data is no export. Error: `bad-request`. */
async function refuseFolder(path: string, dataDirectory: string): Promise<void> {
  if (!isAbsolute(path)) throw new VivimError('bad-request', 'path: must be absolute.')
  const real = async (one: string): Promise<string> => await realpath(one).catch(() => resolve(one))
  const [folder, data] = await Promise.all([real(path), real(dataDirectory)])
  if (dirname(folder) === folder) throw new VivimError('bad-request', 'path: a whole disk is not watched.')
  if (`${folder}${sep}`.startsWith(`${data}${sep}`) || `${data}${sep}`.startsWith(`${folder}${sep}`))
    throw new VivimError('bad-request', 'path: the node’s own data is in there.')
}
