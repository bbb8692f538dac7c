/** Sessions: schemes of the app's own, what pages are allowed, and spell checking as it was set. */
import { EventEmitter } from 'node:events'
import type { Protocol, Session } from 'electron'
import { type SchemeServer, schemeServer } from './scheme-server.ts'
import { record } from './state.ts'
import { type Part, whole } from './whole.ts'

type RequestHandler = NonNullable<Parameters<Session['setPermissionRequestHandler']>[0]>
type CheckHandler = NonNullable<Parameters<Session['setPermissionCheckHandler']>[0]>

class StandInSession extends EventEmitter {
  readonly name: string
  readonly schemes = new Map<string, SchemeServer>()
  readonly protocol: Protocol
  request: RequestHandler | null = null
  check: CheckHandler | null = null
  devices: unknown
  #languages: string[] = []
  #words = new Set<string>()
  spellCheckerEnabled = false
  readonly availableSpellCheckerLanguages = ['ar', 'de', 'en-GB', 'en-US', 'es', 'es-ES', 'fr']
  readonly storagePath = null

  constructor(name: string) {
    super()
    this.name = name
    this.protocol = whole<Protocol>(`session(${name}).protocol`, {
      handle: (scheme, handler) => {
        const server = this.schemes.get(scheme) ?? schemeServer(scheme)
        if (server.handler) throw new Error(`Failed to register protocol: ${scheme}`)
        server.handler = (request) => handler(request as never) as Response | Promise<Response>
        this.schemes.set(scheme, server)
      },
      unhandle: (scheme) => {
        const server = this.schemes.get(scheme)
        if (server) server.handler = undefined
      },
      isProtocolHandled: (scheme) => this.schemes.get(scheme)?.handler !== undefined,
    })
  }

  setPermissionRequestHandler(handler: RequestHandler | null): void {
    this.request = handler
  }
  setPermissionCheckHandler(handler: CheckHandler | null): void {
    this.check = handler
  }
  setDevicePermissionHandler(handler: unknown): void {
    this.devices = handler
  }
  setDisplayMediaRequestHandler(handler: unknown): void {
    record('session.setDisplayMediaRequestHandler', { session: this.name, set: handler !== null })
  }
  isPersistent(): boolean {
    return this.name === '' || this.name.startsWith('persist:')
  }
  setSpellCheckerEnabled(enable: boolean): void {
    this.spellCheckerEnabled = enable
    record('session.setSpellCheckerEnabled', enable)
  }
  isSpellCheckerEnabled(): boolean {
    return this.spellCheckerEnabled
  }
  setSpellCheckerLanguages(languages: string[]): void {
    this.#languages = languages
    record('session.setSpellCheckerLanguages', languages)
  }
  getSpellCheckerLanguages(): string[] {
    return this.#languages
  }
  setSpellCheckerDictionaryDownloadURL(url: string): void {
    record('session.setSpellCheckerDictionaryDownloadURL', url)
  }
  addWordToSpellCheckerDictionary(word: string): boolean {
    this.#words.add(word)
    return true
  }
  removeWordFromSpellCheckerDictionary(word: string): boolean {
    return this.#words.delete(word)
  }
  async listWordsInSpellCheckerDictionary(): Promise<string[]> {
    return [...this.#words]
  }
  async clearCache(): Promise<void> {}
  async clearStorageData(): Promise<void> {}
  async closeAllConnections(): Promise<void> {}
  flushStorageData(): void {}
}

const sessions = new Map<string, { own: StandInSession; shown: Session }>()
const known = new WeakMap<object, StandInSession>()

/** The session by this name: a name of its own is in memory, one with `persist:` stays. */
export function sessionNamed(name: string): Session {
  const found = sessions.get(name)
  if (found) return found.shown
  const own = new StandInSession(name)
  const shown = whole<Session>(`session(${name})`, own)
  known.set(shown, own)
  sessions.set(name, { own, shown })
  return shown
}

/** The stand-in's side of a session. */
export function ownSession(shown: Session): StandInSession {
  const own = known.get(shown)
  if (!own) throw new TypeError('That is no session.')
  return own
}

/** The module `session`. */
export const session = whole<typeof import('electron').session>('session', {
  fromPartition: sessionNamed,
  get defaultSession() {
    return sessionNamed('')
  },
} as Part<typeof import('electron').session>)

/** The address at which Chromium finds what the app knows as `url`, in this session. */
export async function realUrl(shown: Session, url: string): Promise<string> {
  const address = new URL(url)
  const scheme = address.protocol.slice(0, -1)
  const server = ownSession(shown).schemes.get(scheme) ?? ownSession(sessionNamed('')).schemes.get(scheme)
  return server ? await server.realOf(address) : url
}
