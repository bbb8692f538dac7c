import { X } from 'lucide-react'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import { useText } from '../app/language.tsx'
import { Button, IconButton } from './button.tsx'
import css from './toasts.module.css'

export interface Toast {
  readonly words: string
  /** Where more of it stands. */
  readonly link?: { readonly to: string; readonly words: string }
  /** What can be done about it; it then stays until the person closes it. */
  readonly action?: { readonly act: () => void; readonly words: string }
}

/** For so long one is shown while nobody points at it or is in it, in milliseconds. Nothing is only said there. */
const shownFor = 12_000

const Context = createContext<(toast: Toast) => void>(() => {})
/** Says something that has happened, beside whatever the person does now. */
export const useToast = (): ((toast: Toast) => void) => useContext(Context)

export function ToastProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<readonly (Toast & { id: number })[]>([])
  const last = useRef(0)
  const show = useCallback((toast: Toast) => {
    last.current += 1
    const id = last.current
    setShown((others) => [...others.slice(-2), { ...toast, id }])
  }, [])
  const close = useCallback((id: number) => setShown((all) => all.filter((toast) => toast.id !== id)), [])
  return (
    <Context value={show}>
      {children}
      <div className={css.toasts} role="status">
        {shown.map(({ id, ...toast }) => (
          <Shown key={id} toast={toast} close={() => close(id)} />
        ))}
      </div>
    </Context>
  )
}

function Shown({ toast: { words, link, action }, close }: { toast: Toast; close: () => void }) {
  const text = useText()
  const [held, setHeld] = useState(false)
  const closing = useRef(close)
  closing.current = close
  useEffect(() => {
    if (held || action) return
    const timer = setTimeout(() => closing.current(), shownFor)
    return () => clearTimeout(timer)
  }, [held, action])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only stays while somebody is in it
    <div
      className={css.toast}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <p dir="auto">{words}</p>
      {link && (
        <Link href={link.to} onClick={close}>
          {link.words}
        </Link>
      )}
      {action && (
        <Button
          onClick={() => {
            close()
            action.act()
          }}
        >
          {action.words}
        </Button>
      )}
      <IconButton label={text('app.close')} onClick={close}>
        <X size={16} strokeWidth={1.75} aria-hidden />
      </IconButton>
    </div>
  )
}
