/** `Menu` and `MenuItem`: kept as they were made; the driver shows them and clicks. */
import { EventEmitter } from 'node:events'
import type { MenuItem as ElectronsItem, Menu as ElectronsMenu, MenuItemConstructorOptions, PopupOptions } from 'electron'
import { BrowserWindow } from './browser-window.ts'
import { eventWith } from './events.ts'
import { doRole, roleLabel } from './roles.ts'
import { type Part, whole } from './whole.ts'

let commands = 0

class StandInItem {
  readonly commandId = ++commands
  readonly id: string
  readonly type: ElectronsItem['type']
  readonly accelerator: string | null
  readonly submenu: ElectronsMenu | undefined
  readonly role: MenuItemConstructorOptions['role']
  readonly icon: unknown
  readonly toolTip: string
  readonly sublabel: string
  readonly registerAccelerator: boolean
  readonly click: () => void
  label: string
  enabled: boolean
  visible: boolean
  checked: boolean

  constructor(options: MenuItemConstructorOptions) {
    const { submenu, role } = options
    const known = ['normal', 'separator', 'submenu', 'checkbox', 'radio', 'header', 'palette']
    if (options.type !== undefined && !known.includes(options.type)) throw new Error(`Unknown menu item type: ${options.type}`)
    this.role = role
    this.type = options.type ?? (submenu ? 'submenu' : 'normal')
    this.id = options.id ?? ''
    this.label = options.label ?? (role === undefined ? '' : roleLabel(role))
    this.accelerator = options.accelerator ?? null
    this.submenu = submenu && (Array.isArray(submenu) ? buildFromTemplate(submenu) : submenu)
    this.icon = options.icon
    this.toolTip = options.toolTip ?? ''
    this.sublabel = options.sublabel ?? ''
    this.registerAccelerator = options.registerAccelerator ?? true
    this.enabled = options.enabled ?? true
    this.visible = options.visible ?? true
    this.checked = options.checked ?? false
    this.click = () => {
      if (this.type === 'checkbox') this.checked = !this.checked
      if (this.type === 'radio') this.checked = true
      const window = BrowserWindow.getFocusedWindow() ?? undefined
      if (options.click) options.click(itemOf(this), window, { triggeredByAccelerator: false } as never)
      else if (role !== undefined) doRole(role)
    }
  }
}
const shown = new WeakMap<StandInItem, ElectronsItem>()
const itemOf = (item: StandInItem): ElectronsItem => {
  const known = shown.get(item) ?? whole<ElectronsItem>('MenuItem', item as Part<ElectronsItem>)
  shown.set(item, known)
  return known
}

class StandInMenu extends EventEmitter {
  readonly items: ElectronsItem[] = []
  append(item: ElectronsItem): void {
    this.items.push(item)
  }
  insert(place: number, item: ElectronsItem): void {
    this.items.splice(place, 0, item)
  }
  getMenuItemById(id: string): ElectronsItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id)
      if (found) return found
    }
    return null
  }
  popup({ callback }: PopupOptions = {}): void {
    open = { menu: this, close: () => callback?.() }
    this.emit('menu-will-show', eventWith({}))
  }
  closePopup(): void {
    if (open?.menu === this) closeOpen()
  }
}

/** The context menu that is open, if one is. */
let open: { menu: StandInMenu; close: () => void } | undefined
export const openMenu = (): { items: ElectronsItem[] } | undefined => open?.menu
export function closeOpen(): void {
  const last = open
  open = undefined
  last?.menu.emit('menu-will-close', eventWith({}))
  last?.close()
}

let applicationMenu: ElectronsMenu | null = null
const menuOf = (): ElectronsMenu => whole<ElectronsMenu>('Menu', new StandInMenu())
function buildFromTemplate(template: (MenuItemConstructorOptions | ElectronsItem)[]): ElectronsMenu {
  const menu = menuOf()
  for (const one of template) menu.append('commandId' in one ? one : itemOf(new StandInItem(one)))
  return menu
}

export const Menu = Object.assign(
  function Menu() {
    return menuOf()
  },
  {
    buildFromTemplate,
    getApplicationMenu: () => applicationMenu,
    setApplicationMenu(menu: ElectronsMenu | null) {
      applicationMenu = menu
    },
    sendActionToFirstResponder: () => undefined,
  } satisfies Partial<typeof ElectronsMenu>,
)
export const MenuItem = function MenuItem(options: MenuItemConstructorOptions) {
  return itemOf(new StandInItem(options))
}
