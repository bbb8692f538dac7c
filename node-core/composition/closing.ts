/** What is to be closed, the newest first; nothing that fails keeps the rest from it. */
export interface Closing {
  push(step: () => unknown): void
  close(): Promise<void>
}

/** @param onError told of each step that failed */
export function createClosing(onError: (error: unknown) => void): Closing {
  const steps: (() => unknown)[] = []
  return {
    push: (step) => void steps.push(step),
    async close() {
      for (const step of steps.splice(0).reverse()) {
        try {
          await step()
        } catch (error) {
          onError(error)
        }
      }
    },
  }
}
