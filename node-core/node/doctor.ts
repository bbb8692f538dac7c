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
type Steps = Pick<Handlers<typeof store>, 'doctor.verify' | 'doctor.rebuild'>

export function doctorHandlers(parts: DoctorParts): Steps {
  const { reader, writer, keysOf, blobs, clock } = parts
  return {
    async *'doctor.verify'(_, { signal }) {
      const started = clock.monotonic()
      let problems = 0
      yield step('The store’s pages', 0, null)
      for (const what of await writer.check()) {
        problems++
        yield { event: 'problem' as const, data: { where: 'store', what } }
      }
      for (const account of parts.accounts()) {
        const events =
          (await reader.get<{ n: number }>('SELECT count(*) AS n FROM event WHERE account = ?', [account.id]))?.n ?? 0
        yield step('Signatures, hashes and payloads', 0, events)
        const found = await verifyLog(reader, account, keysOf(account.id).sealer, signal)
        for (const { event, code, detail } of found.problems) {
          problems++
          yield { event: 'problem' as const, data: { where: event, what: `${code}: ${detail}` } }
        }
        yield step('Signatures, hashes and payloads', found.events, events)
        let files = 0
        for (const { id } of await knownBlobs(reader, account.id, keysOf(account.id))) {
          signal.throwIfAborted()
          const fault = await readAll(blobs, account, id, signal)
          if (fault) {
            problems++
            yield { event: 'problem' as const, data: { where: id, what: fault } }
          }
          files++
        }
        yield step('Files', files, files)
      }
      yield { event: 'done' as const, data: { problems, seconds: (clock.monotonic() - started) / 1000 } }
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

async function readAll(
  blobs: Blobs,
  account: OpenAccount,
  id: Parameters<Blobs['read']>[1],
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    for await (const _piece of blobs.read(account.did, id, undefined, signal));
    return undefined
  } catch (error) {
    if (!isVivimError(error, 'blob-not-found', 'seal-broken', 'storage-corrupt')) throw error
    return error.message
  }
}
