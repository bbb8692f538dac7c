/** The node's half of what the app and it say to each other about keys. */
import { type HandedKeychain, type KeychainHolder, openHandedKeychain } from '../../adapters/keychain-handed/keychain.ts'
import type { FromNode, ToNode } from '../../contract/desktop.ts'
import type { FailedAnswer, KeychainAnswer, KeychainAsk, KeysTask, StartKeys } from '../../contract/desktop-keys.ts'
import { errorOf, toProblem, VivimError } from '../../contract/errors.ts'

export interface AppKeys {
  /** The system's keychain, which the app has. Error: as the app says. */
  open(): Promise<HandedKeychain>
  /** True where the message was one about keys. */
  hear(message: ToNode): boolean
  /** Does what the app asks for from now on. */
  serve(run: (task: KeysTask) => Promise<void>): void
}

/** @param held what was handed over; taken, not copied */
export function createAppKeys(post: (message: FromNode) => void, held: () => StartKeys['held']): AppKeys {
  let asks = 0
  const waiting = new Map<number, (answer: KeychainAnswer) => void>()
  let run: ((task: KeysTask) => Promise<void>) | undefined

  const ask = async (question: KeychainAsk): Promise<KeychainAnswer> => {
    const number = asks++
    const { promise, resolve } = Promise.withResolvers<KeychainAnswer>()
    waiting.set(number, resolve)
    post({ type: 'keychain', ask: number, question })
    // Without the app this process ends, so that nothing waits for ever.
    const answer = await promise
    if (answer.failed) throw errorOf(answer.failed)
    return answer
  }
  const holder: KeychainHolder = {
    open: async () => (await ask({ do: 'open' })).name ?? 'keychain',
    get: async (entry) => (await ask({ do: 'get', entry })).secret,
    set: async (entry, secret) => void (await ask({ do: 'set', entry, secret })),
    delete: async (entry) => void (await ask({ do: 'delete', entry })),
  }
  const answerTask = async (number: number, task: KeysTask) => {
    const failed = await work(run, task).then(
      () => undefined,
      (error: unknown): FailedAnswer => {
        const { code, title, detail } = toProblem(error)
        return { code, text: detail ?? title }
      },
    )
    post({ type: 'keys-answer', ask: number, ...(failed && { failed }) })
  }

  return {
    open: () => openHandedKeychain({ holder, held: new Map(held().map(({ entry, secret }) => [entry, secret])) }),
    hear(message) {
      if (message.type === 'keychain-answer') {
        waiting.get(message.ask)?.(message)
        waiting.delete(message.ask)
        return true
      }
      if (message.type !== 'keys') return false
      void answerTask(message.ask, message.task)
      return true
    },
    serve(next) {
      run = next
    },
  }
}

async function work(run: ((task: KeysTask) => Promise<void>) | undefined, task: KeysTask): Promise<void> {
  if (!run) throw new VivimError('unavailable')
  await run(task)
}
