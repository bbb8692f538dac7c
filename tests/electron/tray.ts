/** `Tray` and `Notification`: kept as they were made; the driver shows them and clicks. */
import { EventEmitter } from 'node:events'
import type { Notification as ElectronsNotification, Tray as ElectronsTray, NotificationConstructorOptions } from 'electron'
import { eventWith } from './events.ts'
import { record } from './state.ts'
import { whole } from './whole.ts'

class StandInTray extends EventEmitter {
  image: unknown
  title = ''
  toolTip = ''
  menu: Electron.Menu | null = null
  #destroyed = false
  constructor(image: unknown) {
    super()
    this.image = image
  }
  setImage(image: unknown): void {
    this.image = image
  }
  setPressedImage(): void {}
  setToolTip(text: string): void {
    this.toolTip = text
  }
  setTitle(text: string): void {
    this.title = text
  }
  getTitle = (): string => this.title
  setContextMenu(menu: Electron.Menu | null): void {
    this.menu = menu
  }
  popUpContextMenu(menu?: Electron.Menu): void {
    ;(menu ?? this.menu)?.popup()
  }
  closeContextMenu(): void {}
  setIgnoreDoubleClickEvents(): void {}
  displayBalloon(options: object): void {
    record('Tray.displayBalloon', options)
  }
  getBounds = () => ({ x: 0, y: 0, width: 22, height: 22 })
  isDestroyed = (): boolean => this.#destroyed
  destroy(): void {
    this.#destroyed = true
    trays.delete(this)
  }
}
export const trays = new Set<StandInTray>()
export const Tray = function Tray(image: unknown) {
  const tray = new StandInTray(image)
  trays.add(tray)
  return whole<ElectronsTray>('Tray', tray)
}

class StandInNotification extends EventEmitter {
  readonly options: NotificationConstructorOptions
  constructor(options: NotificationConstructorOptions = {}) {
    super()
    this.options = options
    // Its members may be set until it is shown.
    Object.assign(
      this,
      { title: '', body: '', subtitle: '', silent: false, actions: [], hasReply: false, urgency: 'normal' },
      options,
    )
  }
  show(): void {
    notifications.add(this)
    record('Notification.show', { ...this.options })
    queueMicrotask(() => this.emit('show', eventWith({})))
  }
  close(): void {
    if (notifications.delete(this)) this.emit('close', eventWith({}))
  }
}
/** Those that are shown, the newest last. */
export const notifications = new Set<StandInNotification>()
export const Notification = Object.assign(
  function Notification(options?: NotificationConstructorOptions) {
    return whole<ElectronsNotification>('Notification', new StandInNotification(options))
  },
  {
    isSupported: () => true,
    removeAll: () => notifications.clear(),
  } satisfies Partial<typeof ElectronsNotification>,
)
