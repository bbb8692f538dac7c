/** What the text's tree needs beside plain elements. */
import { Popover, PopoverDisclosure, PopoverProvider } from '@ariakit/react'
import { ImageOff } from 'lucide-react'
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import { useText } from '../../../app/language.tsx'
import { safeHref } from './links.ts'
import css from './markdown.module.css'

/** A link out of the app; text where the address is none that may be opened. */
export function OutsideLink({ address, children }: { address: string; children: ReactNode }) {
  const href = safeHref(address)
  return href === undefined ? (
    <span className={css.unlinked}>{children}</span>
  ) : (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  )
}

/** An image that stands on some other site: it is not loaded, because loading it would tell that site who reads. */
export function ImageLink({ address, alt }: { address: string; alt: string }) {
  const text = useText()
  const name = alt.trim() || text('content.image')
  const hint = text(safeHref(address) === undefined ? 'content.image.missing' : 'content.image.outside')
  return (
    <span className={css.image}>
      <ImageOff size={16} strokeWidth={1.75} aria-hidden />
      <OutsideLink address={address}>{name}</OutsideLink>
      <small>{hint}</small>
    </span>
  )
}

/** A number in the text with what it refers to. */
export function Footnote({ label, children }: { label: string; children: ReactNode }) {
  const text = useText()
  if (!children) return <sup>{label}</sup>
  return (
    <PopoverProvider>
      <sup>
        <PopoverDisclosure className={css.reference} aria-label={text('content.footnote', { label })}>
          {label}
        </PopoverDisclosure>
      </sup>
      <Popover className={css.popover} gutter={4} portal aria-label={text('content.footnote', { label })}>
        {children}
      </Popover>
    </PopoverProvider>
  )
}

/** A table that scrolls sideways in its own box, by keyboard too where there is more than fits. */
export function TableBox({ dir, children }: { dir: 'ltr' | 'rtl' | undefined; children: ReactNode }) {
  const text = useText()
  const box = useRef<HTMLDivElement>(null)
  const [wide, setWide] = useState(false)
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const measure = () => setWide(element.scrollWidth > element.clientWidth + 1)
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const scrollable = wide ? { tabIndex: 0, role: 'region', 'aria-label': text('content.table') } : {}
  return (
    <div ref={box} className={css.tableBox} dir={dir} data-wide={wide || undefined} {...scrollable}>
      <table>{children}</table>
    </div>
  )
}

/** The mark of a task; a person cannot change it, it is what was said. */
export function TaskMark({ done }: { done: boolean }) {
  const text = useText()
  return <input type="checkbox" checked={done} disabled aria-label={text(done ? 'content.task.done' : 'content.task.open')} />
}
