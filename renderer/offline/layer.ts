/**
 * The node's interface with what is held here behind it: asked of the node while it answers, of what is held while it does
 * not. Loaded by devices alone.
 *
 * Invariant: reading goes back to the node only after what was written here has reached it, so that nobody's own words
 * vanish from the screen for a moment.
 */
import { decode } from '@ipld/dag-cbor'
import { z } from 'zod'
import { conversations } from '../../node-core/contract/api/conversations.ts'
import { store } from '../../node-core/contract/api/store.ts'
import { isVivimError, VivimError } from '../../node-core/contract/errors.ts'
import type { ConversationId, Did } from '../../node-core/contract/ids.ts'
import type { Method, Output } from '../../node-core/contract/method.ts'
import { fromBase64url } from '../base64url.ts'
import type { Call, Client } from '../client.ts'
import { type PairedDevice, sign } from '../device/key.ts'
import { type Answer, answersOf, isFirstPage, keptAsTheyCome } from './answers.ts'
import { grantIntent, type Intent, isForeign, type Shown, type Signer, signNext } from './chain.ts'
import { openDatabase } from './database.ts'
import { exchange, exchangeLock, heldChannel } from './exchange.ts'
import { heldOf } from './held.ts'
import { keepUp } from './keep.ts'
import { outboxOf, type Refused } from './outbox.ts'
import { writesOf } from './writes.ts'

export interface LayerParts {
  readonly base: Client
  readonly device: PairedDevice
  readonly now: () => number
  readonly random: (length: number) => Uint8Array<ArrayBuffer>
  /** The node's time in milliseconds; undefined where it cannot be told. */
  readonly nodeTime: () => Promise<number | undefined>
  readonly storage: StorageManager
  readonly locks: LockManager
  /** Asks the browser to send what waits even when the page is closed, where it can. */
  readonly sendLater: () => void
  /** Whether something was held here before. */
  readonly before: boolean
  /** Called whenever the figures changed; `content` where what is held did. */
  readonly told: (figures: Figures, content: boolean) => void
}
/** How it stands. */
export interface Figures {
  /** Whether answers come from what is held here. */
  readonly away: boolean
  /** Changes that the node does not have yet. */
  readonly waiting: number
  readonly refused: readonly Refused[]
  readonly conversations: number
  /** Bytes of what is held, and that may be held. */
  readonly size: number
  readonly budget: number
  /** Whether the browser promised not to remove it when the disk fills. */
  readonly persisted: boolean
  /** Whether the browser had removed what was held. */
  readonly evicted: boolean
}
export interface Layer {
  readonly client: Client
  /** The device that signs. */
  readonly device: Did
  /** Tries at once whether the node answers. */
  retry(): void
  /** Gives a refused change another try. */
  again(refused: Refused): Promise<void>
  forget(refused: Refused): Promise<void>
  /** What was written here and is nowhere else. */
  unsent(): Promise<Shown[]>
  /** Asks the browser to keep what is held. */
  persist(): Promise<void>
  close(): void
}

/** One page brings what is to be held at a time. */
const keepLock = 'vivim-held-keep'
/** The node has so long to answer what can be answered here too, in milliseconds. */
const patience = 5000
/** An address that leads nowhere any more answers nothing at all; in milliseconds. */
const longestAnswer = 30_000
/** A change is followed by others more often than not. */
const settle = 1000
const firstPause = 2000
const longestPause = 30_000
/** Bytes that are held at most, and the share of what the browser gives. */
const mostHeld = 256 * 1024 * 1024
const share = 0.5

export async function openLayer(parts: LayerParts): Promise<Layer> {
  const { base, device, now, random, nodeTime, storage, locks, sendLater, before, told } = parts
  const database = await openDatabase(random)
  const held = heldOf(database)
  const outbox = outboxOf(database, held)
  const signer: Signer = { ...device, sign: (bytes) => sign(device, 'event', bytes) }
  const closing = new AbortController()
  const channel = new BroadcastChannel(heldChannel)
  const read = new Map<ConversationId, number>()
  let away = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let pause = firstPause

  const budgetNow = async () => Math.min(mostHeld, ((await storage.estimate()).quota ?? mostHeld) * share)
  const tell = async (content: boolean) => {
    if (closing.signal.aborted) return
    const [rows, waiting, refused] = [await held.rows(), await outbox.waiting(), await outbox.refused()]
    const figures: Figures = {
      away,
      waiting: waiting.filter(({ shown }) => shown.kind !== 'grant').length,
      refused,
      conversations: rows.length,
      size: rows.reduce((sum, row) => sum + row.size, 0),
      budget: await budgetNow(),
      persisted: await storage.persisted(),
      evicted: before && database.fresh,
    }
    told(figures, content)
  }
  const tellAll = async (content: boolean) => {
    channel.postMessage(content)
    await tell(content)
  }
  channel.onmessage = ({ data }: MessageEvent<boolean>) => void tell(data)
  const locked = <T>(name: string, work: () => Promise<T>): Promise<T> => locks.request(name, { signal: closing.signal }, work)

  /** Gives and takes what changed, then brings what is to be held. */
  const pass = async () => {
    const { signal } = closing
    const ask: Call = async (method, input) => {
      const late = AbortSignal.timeout(longestAnswer)
      try {
        return await base.call(method, input, AbortSignal.any([signal, late]))
      } catch (error) {
        throw late.aborted ? new VivimError('unavailable', undefined, { cause: error }) : error
      }
    }
    const done = await locked(exchangeLock, () => exchange({ call: ask, outbox, signer, now, nodeTime, random, signal }))
    await held.outdate(done.touched === 'all' ? 'all' : [...done.touched])
    if (away) {
      away = false
      await tellAll(true)
    } else if (done.sent + done.refused > 0) await tellAll(false)
    const kept = new Set((await outbox.waiting()).map(({ shown }) => shown.conversation))
    const readNow = new Map(read)
    const changed = await locked(keepLock, async () =>
      keepUp({ call: ask, listen: base.listen, held, budget: await budgetNow(), kept, read: readNow, signal }),
    )
    for (const [id, at] of readNow) if (read.get(id) === at) read.delete(id)
    for (const [method, name] of keptAsTheyCome) await held.setGlobal(name, await ask(method, {}))
    if (changed) await tellAll(false)
  }
  const schedule = (after: number) => {
    clearTimeout(timer)
    if (!closing.signal.aborted) timer = setTimeout(run, after)
  }
  let running: Promise<void> | undefined
  let again = false
  const run = () => {
    if (running) {
      again = true
      return
    }
    running = pass()
      .then(
        () => {
          pause = firstPause
        },
        (error: unknown) => {
          if (isVivimError(error, 'unavailable')) leave()
          else {
            // The node answers, if only that it has no room: it is read from again, and what waits is tried later.
            const was = away
            away = false
            if (was) void tellAll(true)
            schedule(longestPause)
          }
        },
      )
      .finally(() => {
        running = undefined
        if (again && !away) schedule(settle)
        again = false
      })
  }
  const leave = () => {
    if (!away) {
      away = true
      void tell(false)
    }
    schedule(pause)
    pause = Math.min(pause * 2, longestPause)
  }
  const retry = () => {
    pause = firstPause
    schedule(0)
  }

  const append = (intents: readonly Intent[]) =>
    locked(exchangeLock, async () => {
      let standing = await outbox.standing()
      // Before the first exchange nobody knows how far this device's own chain goes.
      if (standing.cursor === null || isForeign(standing, signer)) throw new VivimError('unavailable')
      for (const intent of standing.own ? intents : [grantIntent(signer), ...intents]) {
        const made = await signNext(signer, standing, intent, now(), random)
        standing = made.standing
        await outbox.add(made.event, standing).catch((cause: unknown) => {
          throw new VivimError('storage-full', undefined, { cause })
        })
      }
    })
  const answers = answersOf(held)
  const writes = mayWrite(device) ? writesOf({ held, append, now, random }) : new Map<Method, Answer>()
  const local = async (method: Method, input: unknown): Promise<unknown> => {
    const write = writes.get(method)
    if (write) {
      const answer = await write(input)
      sendLater()
      // What is nowhere else must not go when the disk fills; most browsers decide without asking.
      void storage.persist().catch(() => false)
      await tellAll(true)
      return answer
    }
    const answer = answers.get(method)
    if (!answer) throw new VivimError('unavailable', 'The node does not answer.')
    return await answer(input)
  }
  const remember = (method: Method, input: unknown, answer: unknown) => {
    const name = keptAsTheyCome.get(method)
    if (name && isFirstPage(input)) void held.setGlobal(name, answer).catch(() => {})
    if (method !== conversations['conversations.get']) return
    const id = conversations['conversations.get'].input.safeParse(input).data?.conversation
    if (!id) return
    const fresh = !read.has(id)
    read.set(id, now())
    void held.use(id, now())
    if (fresh) schedule(settle)
  }

  const client: Client = {
    ...base,
    async call<M extends Method>(method: M, input: z.input<M['input']>, signal?: AbortSignal): Promise<Output<M>> {
      const here = answers.has(method) || writes.has(method)
      // What the method's own schema made of what is held, or of what the person wrote.
      if (away && here) return (await local(method, input)) as Output<M>
      const late = new AbortController()
      const wait = here ? setTimeout(() => late.abort(), patience) : undefined
      try {
        const answer = await base.call(method, input, AbortSignal.any([late.signal, ...(signal ? [signal] : [])]))
        remember(method, input, answer)
        return answer
      } catch (error) {
        if (signal?.aborted || !(late.signal.aborted || isVivimError(error, 'unavailable'))) throw error
        leave()
        if (!here) throw error
        return (await local(method, input)) as Output<M>
      } finally {
        clearTimeout(wait)
      }
    },
    async *listen(method, input, signal, opened) {
      const isChanges = method.http === store['events.stream'].http
      const heard = () => {
        opened?.()
        if (isChanges && away) retry()
      }
      for await (const event of base.listen(method, input, signal, heard)) {
        if (isChanges) schedule(settle)
        yield event
      }
    },
  }
  await tell(false)
  schedule(firstPause)
  return {
    client,
    device: device.did,
    retry,
    async again({ id, intent }) {
      await append([intent])
      await outbox.forget(id)
      await tellAll(false)
      retry()
    },
    async forget({ id }) {
      await outbox.forget(id)
      await tellAll(false)
    },
    async unsent() {
      const [waiting, refused] = [await outbox.waiting(), await outbox.refused()]
      return [...waiting, ...refused].map(({ shown }) => shown).filter(({ kind }) => kind !== 'grant')
    },
    async persist() {
      await storage.persist()
      await tell(false)
    },
    close() {
      closing.abort()
      clearTimeout(timer)
      channel.close()
      database.close()
    },
  }
}

const granted = z.looseObject({ capabilities: z.array(z.string()) })

/** Whether the device's grant lets it write; the node says so at the latest. */
function mayWrite({ grant }: PairedDevice): boolean {
  if (grant === undefined) return true
  return granted.safeParse(decode(fromBase64url(grant))).data?.capabilities.includes('write') ?? false
}
