/** The worker that serves the page without its node: put in, taken out, and brought up to date when the person says so. */
import { outboxTag, takeOver } from '../worker/messages.ts'

export interface Install {
  begin(): Promise<void>
  end(): Promise<void>
  /** Calls `ready` when a newer page has been fetched; its argument lets it in and loads it. */
  /** Has the worker send what waits when there is a network again, where the browser does that. */
  readonly sendLater: () => void
  onNewer(ready: (letIn: () => void) => void): void
}

const script = '/service-worker.js'

/** `workers` is undefined where the page is no secure context: then nothing is put in. */
export function installOf(workers: ServiceWorkerContainer | undefined, reload: () => void): Install {
  let ready: ((letIn: () => void) => void) | undefined
  let newer: ServiceWorker | undefined
  const offer = (worker: ServiceWorker | null) => {
    // The first one of all takes nobody's place.
    if (!worker || !workers?.controller) return
    newer = worker
    tell()
  }
  const tell = () => {
    const worker = newer
    if (!worker || !ready) return
    ready(() => {
      workers?.addEventListener('controllerchange', reload, { once: true })
      worker.postMessage(takeOver)
    })
  }
  return {
    async begin() {
      if (!workers) return
      try {
        const registration = await workers.register(script, { scope: '/', updateViaCache: 'none' })
        offer(registration.waiting)
        registration.addEventListener('updatefound', () => {
          const worker = registration.installing
          worker?.addEventListener('statechange', () => worker.state === 'installed' && offer(worker))
        })
      } catch {
        // The browser forbids it, or the node is away: the page works as before, with its node.
      }
    },
    async end() {
      for (const registration of (await workers?.getRegistrations()) ?? []) await registration.unregister()
      for (const name of workers ? await caches.keys() : []) await caches.delete(name)
    },
    sendLater() {
      // Most browsers have no background sync: then the page sends when it is open again.
      void workers?.getRegistration().then((registration) => {
        const sync: unknown = registration && Reflect.get(registration, 'sync')
        if (hasRegister(sync)) void sync.register(outboxTag).catch(() => {})
      })
    },
    onNewer(next) {
      ready = next
      tell()
    },
  }
}

const hasRegister = (sync: unknown): sync is { register(tag: string): Promise<void> } =>
  typeof sync === 'object' && sync !== null && 'register' in sync
