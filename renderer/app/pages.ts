/**
 * The pages of one browser, and the one of them that listens to the node for all. A browser opens six connections to a
 * node over all its tabs: were a stream held open in each, the seventh tab would have none left and stay empty.
 */
export interface Pages {
  /** Does `work` once no other page does it, until it ends or `signal` is aborted; by then another page may begin. */
  lead(work: () => Promise<void>, signal: AbortSignal): Promise<void>
  /** Tells the other pages; only this browser's memory carries it. */
  tell(message: unknown): void
  /** Listens to what the others tell, until `signal` is aborted. */
  hear(listener: (message: unknown) => void, signal: AbortSignal): void
}

/** What of the browser is needed; a page that came over plain HTTP from another machine has no locks. */
interface Host {
  readonly navigator: { readonly locks?: Pick<LockManager, 'request'> }
  readonly BroadcastChannel?: typeof BroadcastChannel
}

/** The pages that share `name`; where the browser cannot tell which there are, each is alone. */
export function pagesOf(host: Host, name: string): Pages {
  const { locks } = host.navigator
  if (!locks || !host.BroadcastChannel) return { lead: (work) => work(), tell: () => {}, hear: () => {} }
  const channel = new host.BroadcastChannel(name)
  return {
    async lead(work, signal) {
      try {
        await locks.request(name, { signal }, work)
      } catch {
        // Aborted, or there are locks that this page may not have: then it is alone.
        if (!signal.aborted) await work()
      }
    },
    tell: (message) => channel.postMessage(message),
    hear(listener, signal) {
      channel.addEventListener('message', ({ data }) => listener(data), { signal })
      signal.addEventListener('abort', () => channel.close(), { once: true })
    },
  }
}
