/** One page of the browser as a window needs it: its frames, its navigations and what its preload says. */
import { z } from 'zod'
import type { Session } from './cdp.ts'
import type { Chromium } from './chromium.ts'
import { binding, worldName } from './preload-source.ts'

/** What a page tells its window. */
export interface Hearer {
  /** A page wants to go elsewhere; answers whether it may. */
  navigates(url: string, kind: 'navigate' | 'redirect' | 'frame'): boolean
  opens(url: string): void
  navigated(url: string, within: boolean): void
  loading(now: boolean): void
  ready(what: 'dom' | 'load' | 'painted'): void
  said(message: Said): void
  gone(how: 'closed' | 'crashed'): void
}

/** What a preload's world says through its binding. */
const saidSchema = z.looseObject({ type: z.string(), channel: z.string().default(''), args: z.string().default('') })
export type Said = z.output<typeof saidSchema>

export interface Page {
  readonly target: string
  readonly session: Session
  /** Goes to an address; answers the browser's error where that failed. */
  go(url: string): Promise<string | undefined>
  /** Calls a function that the preload's world has, where there is one. */
  tell(name: 'settle' | 'deliver' | 'files', ...args: unknown[]): Promise<void>
}

/** Opens a page that begins with these scripts. */
export async function openPage(
  { connection }: Chromium,
  scripts: { page: string; preload: string },
  size: { width: number; height: number },
  hearer: Hearer,
): Promise<Page> {
  const { browser } = connection
  const { targetId: target } = await browser.send('Target.createTarget', { url: 'about:blank', newWindow: true, ...size })
  const { sessionId } = await browser.send('Target.attachToTarget', { targetId: target, flatten: true })
  const session = connection.session(sessionId)
  let world: number | undefined
  const own = new Set<string>()

  browser.on('Target.targetCrashed', (event) => event.targetId === target && hearer.gone('crashed'))
  browser.on('Target.targetDestroyed', (event) => event.targetId === target && hearer.gone('closed'))

  session.on('Runtime.executionContextCreated', ({ context }) => {
    const { frameId } = z.object({ frameId: z.string().optional() }).parse(context.auxData ?? {})
    if (context.name === worldName && frameId === target) world = context.id
  })
  session.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
    if (executionContextId === world) world = undefined
  })
  session.on('Runtime.bindingCalled', ({ payload, executionContextId }) => {
    // A world of a page that was left has nothing to say any more.
    if (executionContextId === world) hearer.said(saidSchema.parse(JSON.parse(payload)))
  })
  session.on('Page.frameNavigated', ({ frame }) => {
    if (frame.parentId === undefined && frame.url !== 'about:blank')
      hearer.navigated(frame.url + (frame.urlFragment ?? ''), false)
  })
  session.on('Page.navigatedWithinDocument', ({ frameId, url }) => void (frameId === target && hearer.navigated(url, true)))
  session.on('Page.frameStartedLoading', ({ frameId }) => void (frameId === target && hearer.loading(true)))
  session.on('Page.frameStoppedLoading', ({ frameId }) => void (frameId === target && hearer.loading(false)))
  session.on('Page.domContentEventFired', () => hearer.ready('dom'))
  session.on('Page.loadEventFired', () => hearer.ready('load'))
  session.on('Page.lifecycleEvent', ({ name, frameId }) => {
    if (frameId === target && name === 'firstPaint') hearer.ready('painted')
  })
  session.on('Page.windowOpen', ({ url }) => hearer.opens(url))
  session.on('Page.frameRequestedNavigation', ({ url, frameId }) => {
    // An address of a scheme that Chromium does not know never becomes a request.
    if (!/^(https?|data|blob|about|file|javascript):/.test(url) && frameId === target) hearer.navigates(url, 'navigate')
  })
  session.on('Fetch.requestPaused', ({ requestId, request, frameId, redirectedRequestId }) => {
    const url = request.url + (request.urlFragment ?? '')
    const asked = own.delete(url)
    const kind = frameId !== target ? 'frame' : redirectedRequestId === undefined ? 'navigate' : 'redirect'
    const answer = asked || hearer.navigates(url, kind)
    const done = answer
      ? session.send('Fetch.continueRequest', { requestId })
      : session.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
    done.catch(() => undefined) // the page is gone
  })
  await Promise.all([
    session.send('Page.enable'),
    session.send('Page.setLifecycleEventsEnabled', { enabled: true }),
    session.send('Runtime.enable'),
    session.send('Runtime.addBinding', { name: binding, executionContextName: worldName }),
    session.send('Page.addScriptToEvaluateOnNewDocument', { source: scripts.page }),
    session.send('Page.addScriptToEvaluateOnNewDocument', { source: scripts.preload, worldName }),
    session.send('Fetch.enable', { patterns: [{ resourceType: 'Document', requestStage: 'Request' }] }),
  ])
  return {
    target,
    session,
    async go(url) {
      own.add(url)
      const { errorText } = await session.send('Page.navigate', { url })
      own.delete(url)
      return errorText
    },
    async tell(name, ...args) {
      if (world === undefined) return
      const expression = `globalThis.standIn.${name}(${args.map((one) => JSON.stringify(one)).join(', ')})`
      await session.send('Runtime.evaluate', { expression, contextId: world })
    },
  }
}
