/** The doctor: checking everything, and making projections anew. */
import type { store } from '../contract/api/store.ts'
import { isVivimError, VivimError } from '../contract/errors.ts'
import type { Handlers } from '../contract/method.ts'
import type { OpenAccount } from '../identity/keyring.ts'
import { knownBlobs } from '../library/orphans.ts'
import { verifyLog } from '../log/verify.ts'
import type { Blobs } from '../ports/blobs.ts'
import type { Clock } from '../ports/clock.ts'
import type { KeysOf } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import type { Writer } from '../threads/writer-core.ts'

export interface DoctorParts {
  reader: Reader
  writer: Pick<Writer, 'check' | 'rebuild' | 'projections'>
  keysOf: KeysOf
  blobs: Blobs
  clock: Clock
  accounts(): readonly OpenAccount[]
  /** Lets everything that was cached go. */
  forget(): void
}
/** A word of progress after so many bytes of files; each file counts as so many more. */
const TELL = 64 * 1024 * 1024
const FILE = 1024 * 1024
type Steps = Pick<Handlers<typeof store>, 'doctor.verify' | 'doctor.rebuild'>

export function doctorHandlers(parts: DoctorParts): Steps {
  const { reader, writer, keysOf, blobs, clock } = parts
  return {
    async *'doctor.verify'(_, { signal }) {
      const started = clock.monotonic()
      const counts = { problems: 0, events: 0, chunks: 0, files: 0 }
      const problem = (where: string, what: string) => {
        counts.problems++
        return { event: 'problem' as const, data: { where, what } }
      }
      yield step('The store’s pages', 0, null)
      for (const what of await writer.check()) yield problem('store', what)
      for (const account of parts.accounts()) {
        const { sealer } = keysOf(account.id)
        const total = (await reader.get<{ n: number }>('SELECT count(*) AS n FROM event WHERE account = ?', [account.id]))?.n ?? 0
        const stage = 'Signatures, hashes and payloads'
        yield step(stage, 0, total)
        const found = yield* during(
          (tell) => verifyLog(reader, account, sealer, signal, tell),
          (done) => step(stage, done, total),
        )
        counts.events += found.events
        counts.chunks += found.chunks
        for (const { event, code, detail } of found.problems) yield problem(event, `${code}: ${detail}`)
        const files = await knownBlobs(reader, account.id, keysOf(account.id))
        yield step('Files', 0, files.length)
        let unsaid = 0
        for (const [n, { id }] of files.entries()) {
          signal.throwIfAborted()
          const { bytes, fault } = await readAll(blobs, account, id, signal)
          if (fault) yield problem(id, fault)
          counts.files++
          unsaid += bytes + FILE
          if (unsaid < TELL && n < files.length - 1) continue
          unsaid = 0
          yield step('Files', n + 1, files.length)
        }
      }
      yield { event: 'done' as const, data: { ...counts, seconds: (clock.monotonic() - started) / 1000 } }
    },
    async *'doctor.rebuild'({ projections }) {
      const started = clock.monotonic()
      const known = await writer.projections()
      const wanted = projections ?? known
      for (const name of wanted)
        if (!known.includes(name))
          throw new VivimError('bad-request', `There is no projection “${name}”; there are: ${known.join(', ')}.`)
      let events = 0
      for (const account of parts.accounts()) {
        const total =
          (await reader.get<{ n: number }>('SELECT max(position) AS n FROM event WHERE account = ?', [account.id]))?.n ?? 0
        for (const name of wanted) {
          yield step(`Rebuilding ${name}`, 0, total)
          await writer.rebuild(account.id, name, true)
          yield step(`Rebuilding ${name}`, total, total)
        }
        events += total
      }
      parts.forget()
      yield { event: 'done' as const, data: { events, seconds: (clock.monotonic() - started) / 1000 } }
    },
  }
}

const step = (stage: string, done: number, total: number | null) => ({ event: 'progress' as const, data: { stage, done, total } })

/** What `work` tells, the newest of it, while it lasts; then what it comes to. */
async function* during<T, E>(
  work: (tell: (done: number) => void) => Promise<T>,
  said: (done: number) => E,
): AsyncGenerator<E, T> {
  let told: number | undefined
  let wake = (): void => {}
  const result = work((done) => {
    told = done
    wake()
  })
  const ended = result.then(
    () => true,
    () => true,
  )
  for (;;) {
    const news = new Promise<boolean>((resolve) => {
      wake = () => resolve(false)
    })
    if (told !== undefined) {
      const done = told
      told = undefined
      yield said(done)
    } else if (await Promise.race([news, ended])) break
  }
  if (told !== undefined) yield said(told)
  return await result
}

/** Reads a file to its end; answers its bytes, and what is wrong with it. */
async function readAll(
  blobs: Blobs,
  account: OpenAccount,
  id: Parameters<Blobs['read']>[1],
  signal: AbortSignal,
): Promise<{ bytes: number; fault?: string }> {
  let bytes = 0
  try {
    for await (const piece of blobs.read(account.did, id, undefined, signal)) bytes += piece.length
    return { bytes }
  } catch (error) {
    if (!isVivimError(error, 'blob-not-found', 'seal-broken', 'storage-corrupt')) throw error
    return { bytes, fault: error.message }
  }
}
