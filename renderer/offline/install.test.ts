import { describe, expect, it, vi } from 'vitest'
import { takeOver } from '../worker/messages.ts'
import { installOf } from './install.ts'

/** What of a browser's workers the page uses. */
class Worker extends EventTarget {
  state = 'installing'
  told: unknown[] = []
  postMessage(message: unknown) {
    this.told.push(message)
  }
  installed() {
    this.state = 'installed'
    this.dispatchEvent(new Event('statechange'))
  }
}
class Registration extends EventTarget {
  waiting: Worker | null = null
  installing: Worker | null = null
  found(worker: Worker) {
    this.installing = worker
    this.dispatchEvent(new Event('updatefound'))
  }
}
function browser(controlled: boolean) {
  const registration = new Registration()
  const workers = Object.assign(new EventTarget(), {
    controller: controlled ? new Worker() : null,
    register: vi.fn(async () => registration),
    getRegistration: async () => registration,
  })
  return { registration, workers, container: workers as unknown as ServiceWorkerContainer }
}

describe('a newer page', () => {
  it('is offered once it is fetched, and takes over when the person says so', async () => {
    const { registration, workers, container } = browser(true)
    const reload = vi.fn()
    const install = installOf(container, reload)
    const letIns: (() => void)[] = []
    install.onNewer((letIn) => letIns.push(letIn))
    await install.begin()
    const worker = new Worker()
    registration.found(worker)
    expect(letIns.length).toBe(0)
    worker.installed()
    expect(letIns.length).toBe(1)
    expect(worker.told).toEqual([])
    letIns[0]?.()
    expect(worker.told).toEqual([takeOver])
    expect(reload).not.toHaveBeenCalled()
    workers.dispatchEvent(new Event('controllerchange'))
    expect(reload).toHaveBeenCalledTimes(1)
  })

  it('that waits since an earlier visit is offered too, whoever asks first', async () => {
    const { registration, container } = browser(true)
    registration.waiting = new Worker()
    const install = installOf(container, () => {})
    await install.begin()
    const ready = vi.fn()
    install.onNewer(ready)
    expect(ready).toHaveBeenCalledTimes(1)
  })

  it('is none where the first worker of all is put in', async () => {
    const { registration, container } = browser(false)
    const install = installOf(container, () => {})
    const ready = vi.fn()
    install.onNewer(ready)
    await install.begin()
    const worker = new Worker()
    registration.found(worker)
    worker.installed()
    expect(ready).not.toHaveBeenCalled()
  })

  it('leaves the page as it is where the browser has no workers, or forbids them', async () => {
    await installOf(undefined, () => {}).begin()
    const { workers, container } = browser(true)
    workers.register.mockRejectedValue(new DOMException('no', 'SecurityError'))
    await installOf(container, () => {}).begin()
  })
})
