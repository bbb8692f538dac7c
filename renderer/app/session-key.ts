/** The browser's half of a session: a key pair whose private part never leaves WebCrypto, and where it is kept. */
import type { PublicKey } from '../../node-core/contract/api/auth.ts'
import { publicKey } from '../../node-core/contract/api/auth.ts'
import type { Did } from '../../node-core/contract/ids.ts'
import type { SessionId } from '../../node-core/contract/method.ts'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const

/** What a browser keeps of a session between visits. The access token is not among it. */
export interface KeptSession {
  session: SessionId
  /** The node that the session is with: challenges of any other are not signed. */
  instance: Did
  key: CryptoKey
}

export interface SessionStore {
  load(): Promise<KeptSession | undefined>
  save(kept: KeptSession): Promise<void>
  clear(): Promise<void>
}

/** Makes a key pair; the private key cannot be exported, by this page or any script in it. */
export async function makeKey(): Promise<{ key: CryptoKey; publicKey: PublicKey }> {
  const pair = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
  return { key: pair.privateKey, publicKey: publicKey.parse(await crypto.subtle.exportKey('jwk', pair.publicKey)) }
}

/** Signs a challenge as `auth.renew` takes it: 64 bytes in base64url. */
export async function signChallenge(kept: KeptSession, challenge: string): Promise<string> {
  const text = ['vivim/v1/session', challenge, kept.instance, kept.session].join('\0')
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, kept.key, new TextEncoder().encode(text))
  const base64 = btoa(String.fromCharCode(...new Uint8Array(signature)))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** Keeps one session in memory, for as long as the page is open. */
export function memoryStore(): SessionStore {
  let kept: KeptSession | undefined
  return {
    load: async () => kept,
    save: async (next) => {
      kept = next
    },
    clear: async () => {
      kept = undefined
    },
  }
}

/** Keeps one session in IndexedDB, the one place that takes a key without showing it. */
export function browserStore(factory: IDBFactory): SessionStore {
  const stored = 'session'
  const open = async (): Promise<IDBDatabase> => {
    const request = factory.open('vivim', 1)
    request.onupgradeneeded = () => request.result.createObjectStore(stored)
    return await result(request)
  }
  const inStore = async <T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const database = await open()
    try {
      return await result(work(database.transaction(stored, mode).objectStore(stored)))
    } finally {
      database.close()
    }
  }
  return {
    load: async () => await inStore<KeptSession | undefined>('readonly', (store) => store.get('current')),
    save: async (kept) => {
      await inStore('readwrite', (store) => store.put(kept, 'current'))
    },
    clear: async () => {
      await inStore('readwrite', (store) => store.delete('current'))
    },
  }
}

const result = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
