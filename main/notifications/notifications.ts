/** Native notifications and the badge, whether a window is open or not; nothing is said while one has the focus. */
import { app, BrowserWindow, Notification } from 'electron'
import type { MessageId, Words } from '../messages/index.ts'
import type { Later, NodeProcess } from '../node/node-process.ts'
import type { ShellHandlers } from '../shell/answer.ts'
import type { Windows } from '../windows/windows.ts'
import { followNode } from './follow.ts'
import { createEyes } from './look.ts'
import { type Notice, noticesOf, waitingIn } from './seen.ts'
import { createNoticeSettings } from './settings.ts'

export interface NotificationParts {
  /** Where the settings are kept. */
  readonly file: string
  readonly node: Pick<NodeProcess, 'address'>
  readonly windows: Windows
  readonly words: () => Words
  readonly later: Later
  readonly send: typeof fetch
}

export function createNotifications(parts: NotificationParts): Pick<ShellHandlers, 'notifications.get' | 'notifications.set'> {
  const { windows, words } = parts
  const settings = createNoticeSettings(parts.file)
  /** One of a kind at a time: a newer one takes its place. */
  const shown = new Map<Notice['kind'], Notification>()
  let waiting = 0

  const badge = () => void app.setBadgeCount(settings.current.quiet ? 0 : waiting)
  const show = (notice: Notice) => {
    const say = words()
    const { details } = settings.current
    const name = notice.count === 1 ? notice.names[0] : undefined
    const body: MessageId = `notice.${notice.kind}.text`
    const notification = new Notification({
      title: say(`notice.${notice.kind}`, { count: notice.count }),
      body: details && name ? name : say(body, { count: notice.count, conversations: notice.conversations }),
      actions: [{ type: 'button', text: say('notice.look') }],
      ...(notice.kind === 'pairing' && { urgency: 'critical' as const }),
    })
    const look = () => void windows.show(notice.path)
    notification.on('click', look)
    notification.on('action', look)
    notification.on('close', () => shown.get(notice.kind) === notification && shown.delete(notice.kind))
    shown.get(notice.kind)?.close()
    shown.set(notice.kind, notification)
    notification.show()
  }

  const ending = new AbortController()
  app.on('will-quit', () => ending.abort())
  followNode(
    createEyes(parts.node, parts.send),
    parts.later,
    (before, now) => {
      waiting = waitingIn(now)
      badge()
      // The page itself says it to a person who looks at it.
      if (settings.current.quiet || BrowserWindow.getFocusedWindow() !== null || !Notification.isSupported()) return
      for (const notice of noticesOf(before, now)) show(notice)
    },
    ending.signal,
  )
  return {
    'notifications.get': () => settings.current,
    'notifications.set': (next) => {
      settings.set(next)
      if (next.quiet) for (const notification of shown.values()) notification.close()
      badge()
    },
  }
}
