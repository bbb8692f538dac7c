/** A browser that is a device of an account, as a phone is after pairing: its keys are made in it and cannot leave it. */
import { base58 } from '@scure/base'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { didOf, privateKeyOf } from '../../node-core/crypto/ed25519.ts'
import type { PlainHttp } from './plain-http.ts'

/**
 * Makes the browser a device of `http`'s account, granted by its node. Answers its DID; pages that are opened from then on
 * sign in by it. `seed`: of its signing key (32 bytes), for a test that signs by the same key.
 */
export async function makeDevice(
  context: BrowserContext,
  origin: string,
  http: PlainHttp,
  capabilities: readonly string[] = ['read', 'write'],
  seed?: Uint8Array,
): Promise<string> {
  const page = await context.newPage()
  // A file of the node's without the page in it: the same origin, and nothing that signs in.
  await page.goto(`${origin}/icon.svg`)
  const made = await page.evaluate(
    async (given) => {
      const raw = async (key: CryptoKey) => [...new Uint8Array(await crypto.subtle.exportKey('raw', key))]
      const agreement = (await crypto.subtle.generateKey({ name: 'X25519' }, false, ['deriveBits'])) as CryptoKeyPair
      const encryption = await raw(agreement.publicKey)
      if (given) {
        const signing = await crypto.subtle.importKey('pkcs8', Uint8Array.from(given), { name: 'Ed25519' }, false, ['sign'])
        Reflect.set(globalThis, 'made', { signing, agreement: agreement.privateKey })
        return { key: undefined, encryption }
      }
      const signing = (await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify'])) as CryptoKeyPair
      Reflect.set(globalThis, 'made', { signing: signing.privateKey, agreement: agreement.privateKey })
      return { key: await raw(signing.publicKey), encryption }
    },
    seed && [...Buffer.from('302e020100300506032b657004220420', 'hex'), ...seed],
  )
  const did = made.key
    ? `did:key:z${base58.encode(Uint8Array.of(0xed, 0x01, ...made.key))}`
    : didOf(privateKeyOf(seed as Uint8Array))
  const encryption = Buffer.from(made.encryption).toString('base64url')
  const { grant } = await http.json('devices.grant', { device: did, name: 'Phone', kind: 'phone', capabilities, encryption })
  const document = (await (await fetch(`${origin}/.well-known/did.json`)).json()) as { alsoKnownAs: string[] }
  const kept = { did, encryption, name: 'Phone', account: http.account, instance: document.alsoKnownAs[0], grant }
  await page.evaluate(
    (fields) =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.open('vivim-device', 1)
        request.onupgradeneeded = () => request.result.createObjectStore('device')
        request.onsuccess = () => {
          const change = request.result.transaction('device', 'readwrite')
          change.objectStore('device').put({ ...fields, ...Reflect.get(globalThis, 'made') }, 'current')
          change.oncomplete = () => {
            request.result.close()
            resolve()
          }
          change.onerror = () => reject(change.error)
        }
      }),
    kept,
  )
  await page.close()
  return did
}

/** Opens an address of the page once the page is served without the node, and everything that is to be held is. */
export async function openHeld(context: BrowserContext, origin: string, conversations: number): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${origin}/settings/offline`)
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  await page.getByText(conversations === 1 ? '1 conversation' : `${conversations} conversations`, { exact: true }).waitFor()
  return page
}

/** Writes a note on the first unit of what is read, by the reader’s keys, which do the same at every width. */
export async function noteOnFirst(page: Page, words: string): Promise<void> {
  await page.locator('article').first().focus()
  await page.keyboard.press('n')
  await page.getByRole('textbox', { name: 'Your note' }).fill(words)
  await page.keyboard.press('Control+Enter')
  await page.getByText(words).waitFor()
}

/** Puts a tag on it in the same way; `prepare` is given the field first. */
export async function tagFirst(page: Page, tag: string, prepare?: (field: Locator) => Promise<void>): Promise<void> {
  await page.locator('article').first().focus()
  await page.keyboard.press('t')
  const field = page.getByRole('combobox', { name: 'Your tag' })
  await prepare?.(field)
  await field.fill(tag)
  await page.keyboard.press('Enter')
  await page.getByRole('list', { name: 'Tags' }).getByText(tag, { exact: true }).first().waitFor()
}
