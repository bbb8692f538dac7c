import { Menu, type MenuProps, useMenuContext } from '@ariakit/react'
import css from './menu.module.css'

/**
 * A menu over everything, and yet inside the page's main part: what opens outside of it belongs to no landmark. Tab
 * closes it, as Escape does, and the focus is back where it was.
 */
export function PopupMenu(props: MenuProps) {
  const menu = useMenuContext()
  return (
    <Menu
      className={css['menu']}
      gutter={4}
      portal
      portalElement={main}
      preserveTabOrder={false}
      unmountOnHide
      onKeyDown={(event) => {
        if (event.key !== 'Tab') return
        event.preventDefault()
        menu?.hide()
      }}
      {...props}
    />
  )
}

const main = (): HTMLElement | null => document.getElementById('main')
