import { MenuButton, MenuItem, MenuItemCheckbox, MenuProvider, MenuSeparator } from '@ariakit/react'
import { Check, Ellipsis, type LucideIcon } from 'lucide-react'
import type { ReactNode, Ref } from 'react'
import buttons from '../../components/button.module.css'
import css from '../../components/menu.module.css'
import { PopupMenu } from '../../components/popup-menu.tsx'

export interface Action {
  readonly name: string
  readonly icon?: LucideIcon
  readonly danger?: boolean
  /** Of something that is on or off. */
  readonly checked?: boolean
  readonly keys?: string
  readonly act: () => void
}

/** A button with “…” and what hides behind it; `groups` are set apart. */
export function ActionMenu(props: {
  label: string
  groups: readonly (readonly Action[])[]
  quiet?: boolean
  /** The button. */
  ref?: Ref<HTMLButtonElement>
}) {
  const { label, groups, quiet, ref } = props
  return (
    <MenuProvider placement="bottom-end">
      <MenuButton ref={ref} className={buttons['icon']} aria-label={label} title={label} data-quiet={quiet}>
        <Ellipsis size={18} strokeWidth={1.75} aria-hidden />
      </MenuButton>
      <PopupMenu>
        {groups.map((group, at) => (
          <Group key={group[0]?.name ?? at} first={at === 0}>
            {group.map((action) => (
              <Item key={action.name} action={action} />
            ))}
          </Group>
        ))}
      </PopupMenu>
    </MenuProvider>
  )
}

const Group = ({ first, children }: { first: boolean; children: ReactNode }) => (
  <>
    {!first && <MenuSeparator className={css.separator} />}
    {children}
  </>
)

function Item({ action: { name, icon: Icon, danger, checked, keys, act } }: { action: Action }) {
  const inside = (
    <>
      <span className={css.icon}>
        {checked ? <Check size={16} strokeWidth={1.75} aria-hidden /> : Icon && <Icon size={16} strokeWidth={1.75} aria-hidden />}
      </span>
      <span>{name}</span>
      {keys && <kbd>{keys}</kbd>}
    </>
  )
  if (checked === undefined)
    return (
      <MenuItem className={css.item} data-danger={danger} onClick={act}>
        {inside}
      </MenuItem>
    )
  return (
    <MenuItemCheckbox className={css.item} name={name} checked={checked} onClick={act} hideOnClick>
      {inside}
    </MenuItemCheckbox>
  )
}
