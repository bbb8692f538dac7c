/** The HTTP door on real sockets, with sessions in memory and handlers of the test's choice. */
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Api, api } from '../../node-core/contract/api/index.ts'
import { VivimError } from '../../node-core/contract/errors.ts'
import type { Did } from '../../node-core/contract/ids.ts'
import { type Capability, capabilities, type FilesBody, type Handlers, type Method } from '../../node-core/contract/method.ts'
import { didOf } from '../../node-core/crypto/ed25519.ts'
import { signFor } from '../../node-core/crypto/signing.ts'
import { createDispatch } from '../../node-core/dispatch.ts'
import type { After } from '../../node-core/http/events.ts'
import { localAddress } from '../../node-core/http/local.ts'
import { createHttp, type HttpConfig } from '../../node-core/http/server.ts'
import type { LiveChannel } from '../../node-core/ports/live.ts'
import type { Tls } from '../../node-core/ports/tls.ts'
import { deviceProofBytes } from '../../node-core/sessions/device-proofs.ts'
import { createSessions, type SessionStore } from '../../node-core/sessions/index.ts'
import { fakeClock, seededRandom } from './clock.ts'

export const newDid = (): Did => didOf(generateKeyPairSync('ed25519').publicKey)

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects.
  json(): any
}
export interface Ask {
  method?: string
  headers?: OutgoingHttpHeaders
  body?: string | Uint8Array
  token?: string
}

/** Handlers that say who reached them, for every method of the contract. */
export function echoHandlers(methods: Readonly<Record<string, Method>>): Handlers<Api> {
  const handlers = Object.fromEntries(
    Object.entries(methods).map(([name, method]) => {
      const echo = (input: object, call: { account?: Did; caller: string }) => ({
        reached: name,
        account: call.account ?? null,
        caller: call.caller,
        input,
      })
      if (method.kind === 'json')
        return [name, async (input: object, call: { account: Did; caller: string }) => echo(input, call)]
      if (method.kind === 'upload') {
        return [
          name,
          async (input: object, call: { account: Did; caller: string; body: { bytes: AsyncIterable<Uint8Array> } }) => {
            let size = 0
            for await (const chunk of call.body.bytes) size += chunk.length
            return { ...echo(input, call), size }
          },
        ]
      }
      if (method.kind === 'files') {
        return [
          name,
          async (input: object, call: { account: Did; caller: string; body: FilesBody }) => {
            const files: [string, number][] = []
            for await (const file of call.body.files) {
              let size = 0
              for await (const chunk of file.bytes) size += chunk.length
              files.push([file.name, size])
            }
            return { ...echo(input, call), files }
          },
        ]
      }
      if (method.kind === 'download') {
        return [
          name,
          async (input: object, call: { account: Did; caller: string }) => ({
            mediaType: 'text/plain',
            async *open() {
              yield Buffer.from(JSON.stringify(echo(input, call)))
            },
          }),
        ]
      }
      return [
        name,
        async function* (input: object, call: { account: Did; caller: string }) {
          yield { event: 'echo', data: echo(input, call) }
        },
      ]
    }),
  )
  return handlers as unknown as Handlers<Api>
}

export interface DoorOptions {
  handlers?: Partial<Handlers<Api>>
  config?: Partial<HttpConfig>
  accounts?: Did[]
  after?: After
  live?: readonly LiveChannel[]
  checkOutputs?: boolean
  tls?: Tls
}

export async function openDoor({
  handlers = {},
  config = {},
  accounts = [newDid(), newDid()],
  after,
  live,
  checkOutputs = false,
  tls,
}: DoorOptions = {}) {
  const nodeKeys = generateKeyPairSync('ed25519')
  const nodeKey = { did: didOf(nodeKeys.publicKey), ...nodeKeys }
  const clock = fakeClock()
  const store: SessionStore = { all: async () => [], put: async () => {}, touch: async () => {}, delete: async () => {} }
  const grants = new Map<Did, readonly Capability[]>()
  const devices = {
    capabilitiesOf: (_account: Did, device: Did) => grants.get(device),
    isRevoked: () => false,
    isForked: () => false,
    introduce: async () => {},
  }
  const sessions = await createSessions({ clock, random: seededRandom(1), nodeKey, store, devices })
  const logged: { facts: object; message: string }[] = []
  const log = (facts: object, message: string) => void logged.push({ facts, message })
  const state = { ready: true }
  const http = await createHttp({
    config: {
      host: '127.0.0.1',
      port: 0,
      names: ['node.example.org'],
      uploadLimit: 1_000_000,
      logRequests: true,
      version: '0.0.0',
      ...config,
    },
    dispatch: createDispatch(api, { ...echoHandlers(api), ...handlers }, { checkOutputs }),
    sessions,
    instance: nodeKey.did,
    accounts: () => accounts,
    recordOf: async () => {
      throw new VivimError('not-found')
    },
    ready: () => state.ready,
    clock,
    logger: { info: log, error: log },
    ...(after ? { after } : {}),
    ...(tls ? { tls } : {}),
    ...(live ? { live } : {}),
  })
  const { port } = await http.listen()
  const directory = await mkdtemp(join(tmpdir(), 'vivim-door-'))
  const socketPath = localAddress({ dataDirectory: directory, shortDirectory: tmpdir(), platform: process.platform })
  await http.listenLocal(socketPath)

  const send = (target: object, path: string, { method = 'GET', headers = {}, body, token }: Ask = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const type = typeof body === 'string' ? { 'content-type': 'application/json' } : {}
      const bearer = token === undefined ? {} : { authorization: `Bearer ${token}` }
      const request = httpRequest(
        { ...target, path, method, agent: false, headers: { ...type, ...bearer, ...headers } },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString()
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: () => JSON.parse(text) })
          })
        },
      )
      request.on('error', reject)
      request.end(body)
    })
  return {
    http,
    port,
    sessions,
    accounts,
    clock,
    logged,
    state,
    socketPath,
    nodeKey,
    /** What devices may do at this moment; one that is not here has no grant. */
    grants,
    /** A session of a device, by the key of its grant. */
    async signInDevice(account: Did, granted: readonly Capability[], key = generateKeyPairSync('ed25519').privateKey) {
      const device = didOf(key)
      grants.set(device, granted)
      const { challenge } = sessions.deviceChallenge(account)
      const signature = signFor('challenge', deviceProofBytes(challenge, nodeKey.did, account), key)
      return sessions.signInDevice({ account, device, challenge, signature: Buffer.from(signature).toString('base64url') })
    },
    /** Over TCP, as browsers and programs come. */
    ask: (path: string, options?: Ask) => send({ host: '127.0.0.1', port }, path, options),
    /** Over the user's own socket. */
    askLocal: (path: string, options?: Ask) => send({ socketPath, host: 'localhost' }, path, options),
    /** A token of a new session. */
    async signIn(account: Did, granted: readonly Capability[] = capabilities) {
      const { link } = sessions.createLink(account, granted)
      return sessions.redeemLink(link.slice('/#link='.length), undefined, undefined)
    },
    async [Symbol.asyncDispose]() {
      await http.close(0)
      await rm(directory, { recursive: true, force: true })
    },
  }
}
export type Door = Awaited<ReturnType<typeof openDoor>>
