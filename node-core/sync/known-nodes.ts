/** The nodes that this one follows, as they rest: where they are is sealed. */
import { decode, encode } from '@ipld/dag-cbor'
import { z } from 'zod'
import { did } from '../contract/api/fields.ts'
import { VivimError } from '../contract/errors.ts'
import { type Did, fromBase32, toBase32 } from '../contract/ids.ts'
import type { Sealer } from '../ports/sealer.ts'
import type { Query, Reader } from '../ports/storage.ts'

/** `name`: 16 random bytes. */
export const nodesMigration = `
CREATE TABLE other_node (
  account INTEGER NOT NULL,
  name BLOB NOT NULL,
  added INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;
`

export interface KnownNode {
  /** 26 characters. */
  readonly id: string
  /** Scheme, host and port. */
  readonly url: string
  /** Its own DID. */
  readonly instance: Did
  /** Milliseconds since 1970. */
  readonly added: number
  /** The root certificate (DER) that alone may vouch for it, where a person compared that. */
  readonly authority?: Uint8Array | undefined
}
const content = z.object({ url: z.string(), instance: did, authority: z.instanceof(Uint8Array).optional() })
const placeOf = (account: number, name: Uint8Array): string => `other_node/${account}/${Buffer.from(name).toString('hex')}/sealed`

/** Errors: `seal-broken`. */
export async function readNodes(reader: Reader, account: { id: number; sealer: Sealer }): Promise<KnownNode[]> {
  const rows = await reader.all<{ name: Uint8Array; added: number; sealed: Uint8Array }>(
    'SELECT name, added, sealed FROM other_node WHERE account = ? ORDER BY added, name',
    [account.id],
  )
  return rows.map(({ name, added, sealed }) => {
    const opened = account.sealer.open(placeOf(account.id, name), sealed)
    return { id: toBase32(name), added, ...content.parse(decode(opened)) }
  })
}

export function putNode(account: { id: number; sealer: Sealer }, node: KnownNode): Query {
  const { id, added, url, instance, authority } = node
  const name = fromBase32(id)
  const kept = encode({ url, instance, ...(authority ? { authority } : {}) })
  return {
    sql: 'INSERT INTO other_node (account, name, added, sealed) VALUES (?, ?, ?, ?)',
    parameters: [account.id, name, added, account.sealer.seal(placeOf(account.id, name), kept)],
  }
}

export const dropNode = (account: number, id: string): Query => ({
  sql: 'DELETE FROM other_node WHERE account = ? AND name = ?',
  parameters: [account, fromBase32(id)],
})

/** The address of a node that a person named, and the secret of a pairing link's fragment. Error: `bad-request`. */
export function addressIn(text: string): { url: string; secret: string | undefined } {
  let url: URL
  try {
    url = new URL(text.includes('://') ? text : `http://${text}`)
  } catch (cause) {
    throw new VivimError('bad-request', 'That is no address of a node, like http://192.168.1.5:4747.', { cause })
  }
  const plain = (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' && url.password === ''
  if (!plain || url.pathname !== '/' || url.search !== '')
    throw new VivimError('bad-request', 'An address of a node is scheme, host and port, like http://192.168.1.5:4747.')
  const secret = /^#pair=([A-Za-z0-9_-]{43})$/.exec(url.hash)?.[1]
  if (url.hash !== '' && secret === undefined)
    throw new VivimError('bad-request', 'That is no pairing link: “vivim pair” on the other node makes one.')
  return { url: url.origin, secret }
}
