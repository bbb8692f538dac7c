/** Half a node, without threads and doors: store, account, blobs, library, search and imports, all in the test's own thread. */
import { MemoryBlobs } from '../../node-core/adapters/blobs-memory/blobs.ts'
import { MemoryKeychain } from '../../node-core/adapters/keychain-memory/keychain.ts'
import { openMemoryStorage } from '../../node-core/adapters/storage-memory/storage.ts'
import { conversations } from '../../node-core/contract/api/conversations.ts'
import { notes } from '../../node-core/contract/api/notes.ts'
import { search } from '../../node-core/contract/api/search.ts'
import { snippets } from '../../node-core/contract/api/snippets.ts'
import type { Conversation } from '../../node-core/contract/content.ts'
import type { ConversationId, Did } from '../../node-core/contract/ids.ts'
import { toBase32 } from '../../node-core/contract/ids.ts'
import type { Input, Output } from '../../node-core/contract/method.ts'
import { createDispatch } from '../../node-core/dispatch.ts'
import { type AccountParts, createAccount, openAccounts } from '../../node-core/identity/accounts.ts'
import { createKeyring } from '../../node-core/identity/keyring.ts'
import type { ExportSource } from '../../node-core/imports/formats/format.ts'
import { runImport } from '../../node-core/imports/run.ts'
import { foundTexts } from '../../node-core/library/found.ts'
import { libraryHandlers } from '../../node-core/library/handlers.ts'
import { conversationIdFor } from '../../node-core/library/ids.ts'
import { noteHandlers } from '../../node-core/library/note-handlers.ts'
import { createLibrary } from '../../node-core/library/read.ts'
import { snippetHandlers } from '../../node-core/library/snippets.ts'
import type { RandomBytes } from '../../node-core/ports/clock.ts'
import type { Keychain } from '../../node-core/ports/keychain.ts'
import type { Reader, Storage } from '../../node-core/ports/storage.ts'
import { BlockCache } from '../../node-core/search/cache.ts'
import { searchHandlers } from '../../node-core/search/handlers.ts'
import { searchIndex } from '../../node-core/search/search.ts'
import { readWhole } from '../../node-core/threads/files.ts'
import { createIntake, type IntakeParts } from '../../node-core/threads/intake.ts'
import { migrations } from '../../node-core/threads/migrations.ts'
import { createWriter, type Writer } from '../../node-core/threads/writer-core.ts'
import { type FakeClock, fakeClock, seededRandom } from './clock.ts'

const methods = { ...conversations, ...snippets, ...notes, ...search }
type Methods = typeof methods

export interface TestStoreOptions {
  seed?: number | string
  /** In memory unless given. Closed with the test store. */
  storage?: Storage
  /** A reader of its own, where the storage is a real one. */
  reader?: Reader
  keychain?: Keychain
  blobs?: MemoryBlobs
  clock?: FakeClock
  random?: RandomBytes
}

/** Opens the store's accounts, or makes the first one. */
export async function testStore(options: TestStoreOptions = {}) {
  const random = options.random ?? seededRandom(options.seed ?? 1)
  const clock = options.clock ?? fakeClock()
  const storage = options.storage ?? (await openMemoryStorage({ migrations }))
  const reader = options.reader ?? storage
  const keychain = options.keychain ?? new MemoryKeychain()
  const blobs = options.blobs ?? new MemoryBlobs()
  const keyring = createKeyring(random)
  const readBlob = (owner: Did, id: string) => readWhole(blobs, owner, id)
  let commits = 0
  const writer = createWriter({ storage, clock, random, readBlob, onCommit: () => void commits++ })
  const accountParts: AccountParts = { reader, writer, keychain, clock, random, device: { name: 'test', kind: 'server' } }
  const { opened } = await openAccounts(accountParts)
  if (opened.length === 0) opened.push(await createAccount(accountParts))
  for (const one of opened) keyring.open(one)
  const [account] = opened
  if (!account) throw new Error('no account')

  const library = createLibrary({ reader, keysOf: keyring.keysOf, readBlob, cacheBytes: 4 << 20 })
  const accountOf = (did: Did) => keyring.get(did)
  const append: Writer['append'] = (id, changes) => writer.append(id, changes)
  const texts = foundTexts(
    library,
    (id) => keyring.get(id),
    () => commits,
  )
  const index = searchIndex({
    reader,
    sealer: keyring.searchSealer(account.id),
    account: account.id,
    cache: new BlockCache(1 << 20),
  })
  const dispatch = createDispatch(
    methods,
    {
      ...libraryHandlers({ library, accountOf, append, generation: () => commits, pageBytes: 1 << 20 }),
      ...snippetHandlers({ library, accountOf, append, clock, random }),
      ...noteHandlers({ library, accountOf, append, random }),
      ...searchHandlers({ indexOf: () => index, texts, accountOf }),
    },
    { checkOutputs: true },
  )
  const signal = new AbortController().signal
  const store = async (bytes: AsyncIterable<Uint8Array>) => (await blobs.put(account.did, bytes)).id
  const intakeParts = (importId: Uint8Array): IntakeParts => ({
    account,
    import: importId,
    reader,
    writer,
    keys: keyring.keysOf(account.id),
    searchSealer: keyring.searchSealer(account.id),
    random,
    spill: (bytes) =>
      store(
        (async function* () {
          yield bytes
        })(),
      ),
  })

  return {
    account,
    accountParts,
    blobs,
    clock,
    keychain,
    keyring,
    keys: keyring.keysOf(account.id),
    library,
    random,
    reader,
    storage,
    writer,
    readBlob,
    intakeParts,
    accountOf,
    commits: () => commits,
    /** Calls a method of the contract as the account's owner. */
    async call<Name extends keyof Methods & string>(
      name: Name,
      input: Input<Methods[Name]> | object,
    ): Promise<Output<Methods[Name]>> {
      const answer = await dispatch.call(name, input, { kind: 'local', account: account.did }, { signal })
      const value: unknown =
        typeof answer === 'object' && 'json' in answer ? JSON.parse(Buffer.from(answer.json as Uint8Array).toString()) : answer
      return value as Output<Methods[Name]>
    },
    /** Stores conversations as one import. */
    async import(given: readonly Conversation[], importId: Uint8Array = random(16)) {
      const intake = createIntake(intakeParts(importId))
      for (const one of given) await intake.add(structuredClone(one))
      await intake.flush()
      return { id: importId, counts: await intake.counts() }
    },
    /** Imports a whole export as the importer does. */
    async run(source: ExportSource, importId: Uint8Array = random(16)) {
      const report = await runImport(
        { source, intake: createIntake(intakeParts(importId)), store, clock, onFormat: () => {}, onProgress: () => {} },
        signal,
      )
      return { id: importId, report }
    },
    /** Makes the library anew from the log; whatever was cached of it is let go. */
    async rebuild() {
      await writer.rebuild(account.id, 'library', true)
      commits++
      library.release()
      index.release()
    },
    undo: (importId: Uint8Array) => writer.append(account.id, [{ type: 'imports.undone', parts: [{ import: importId }] }]),
    idOf: (conversation: Pick<Conversation, 'source' | 'key'>): ConversationId =>
      toBase32(conversationIdFor(account.did, conversation.source, conversation.key)) as ConversationId,
    /** Types of all events, in order. */
    events: async () =>
      (await reader.all<{ type: string }>('SELECT type FROM event WHERE account = ? ORDER BY position', [account.id])).map(
        ({ type }) => type,
      ),
    [Symbol.asyncDispose]: () => writer.close(),
  }
}
export type TestStore = Awaited<ReturnType<typeof testStore>>
