import { MenuItem, MenuProvider } from '@ariakit/react'
import { Archive, ArchiveRestore, Star, StarOff, Trash2 } from 'lucide-react'
import { useText } from '../../app/language.tsx'
import menu from '../../components/menu.module.css'
import { PopupMenu } from '../../components/popup-menu.tsx'

interface RowMenuProps {
  /** The button of the row that it is open for. */
  readonly at: HTMLElement | undefined
  readonly starred: boolean
  readonly archived: boolean
  /** Does what the key beside an entry means. */
  readonly act: (key: 's' | 'e' | 'Delete') => void
  readonly close: () => void
}

/** What can be done with a conversation of the list, beside its row. */
export default function RowMenu({ at, starred, archived, act, close }: RowMenuProps) {
  const text = useText()
  return (
    <MenuProvider open={at !== undefined} setOpen={(next) => !next && close()} placement="bottom-end">
      <PopupMenu
        aria-label={text('library.actions')}
        getAnchorRect={() => at?.getBoundingClientRect() ?? null}
        finalFocus={at?.parentElement?.querySelector('a') ?? null}
      >
        {at && (
          <>
            <MenuItem className={menu['item']} onClick={() => act('s')}>
              <span className={menu['icon']}>{starred ? <StarOff {...icon} /> : <Star {...icon} />}</span>
              <span>{text(starred ? 'library.unstar' : 'library.star')}</span>
              <kbd>s</kbd>
            </MenuItem>
            <MenuItem className={menu['item']} onClick={() => act('e')}>
              <span className={menu['icon']}>{archived ? <ArchiveRestore {...icon} /> : <Archive {...icon} />}</span>
              <span>{text(archived ? 'library.unarchive' : 'library.archive')}</span>
              <kbd>e</kbd>
            </MenuItem>
            <MenuItem className={menu['item']} data-danger="true" onClick={() => act('Delete')}>
              <span className={menu['icon']}>
                <Trash2 {...icon} />
              </span>
              <span>{text('library.delete')}</span>
              <kbd>Delete</kbd>
            </MenuItem>
          </>
        )}
      </PopupMenu>
    </MenuProvider>
  )
}

const icon = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const
