/** Keys that are pressed together, as the app writes a shortcut. Pure. */
import { accelerator } from '../../../node-core/contract/shell-capture.ts'

/** What a press of keys says. `code`: the place on the keyboard, whatever the layout. */
export interface Press {
  readonly code: string
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
  readonly metaKey: boolean
}

const named: Readonly<Record<string, string>> = {
  Space: 'Space',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
}

/** Undefined where it is no shortcut: a key alone, or with Shift only, which is how people type. */
export function acceleratorOf({ code, ctrlKey, altKey, shiftKey, metaKey }: Press, mac: boolean): string | undefined {
  const key = named[code] ?? /^(?:Key([A-Z])|Digit([0-9])|(F[0-9]{1,2}))$/.exec(code)?.slice(1).find(Boolean)
  if (key === undefined || !(ctrlKey || altKey || metaKey)) return undefined
  const held = [ctrlKey && 'Control', altKey && 'Alt', shiftKey && 'Shift', metaKey && (mac ? 'Command' : 'Super')]
  const keys = [...held.filter(Boolean), key].join('+')
  return accelerator.safeParse(keys).success ? keys : undefined
}
