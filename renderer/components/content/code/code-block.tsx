import { WrapText } from 'lucide-react'
import { Fragment, type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import { useEntryState } from '../../../app/entry-state.ts'
import { useText } from '../../../app/language.tsx'
import { Button, IconButton } from '../../button.tsx'
import { CopyButton } from '../../copy-button.tsx'
import css from './code-block.module.css'
import { useHighlight } from './highlight.ts'
import type { Run } from './runs.ts'

/** More lines than these are folded … */
const most = 40
/** … to so many. */
const folded = 24

export interface CodeBlockProps {
  code: string
  language?: string | undefined
  /** What it is called, where that says more than its language. */
  name?: string | undefined
  /** Unique on the screen. */
  id: string
  /** Lines are broken from the beginning: for text that is no program. */
  wrapped?: boolean
}

/** A program: coloured, copied in one click, folded where it is long. */
export function CodeBlock({ code, language, name, id, wrapped = false }: CodeBlockProps) {
  const text = useText()
  const [whole, setWhole] = useEntryState(`${id} whole`, false)
  const [wrap, setWrap] = useEntryState(`${id} wrap`, wrapped)
  const runs = useHighlight(code, language)
  const count = countLines(code)
  const long = count > most
  const shown = long && !whole ? code.slice(0, endOfLine(code, folded)) : code
  const label = name ?? language ?? ''
  const [box, wide] = useWide(shown, wrap)
  const title = label ? text('content.code.of', { language: label }) : text('content.code')
  return (
    <figure className={css.block}>
      <figcaption className={css.bar}>
        <span className={css.label} dir="auto">
          {label}
        </span>
        <IconButton label={text('content.code.wrap')} aria-pressed={wrap} onClick={() => setWrap(!wrap)}>
          <WrapText size={16} strokeWidth={1.75} aria-hidden />
        </IconButton>
        <CopyButton content={code} what={text('content.code.copy')} />
      </figcaption>
      <pre
        ref={box}
        className={css.code}
        data-wrap={wrap}
        data-folded={long && !whole}
        dir="ltr"
        {...(wide ? { tabIndex: 0, role: 'region', 'aria-label': title } : {})}
      >
        <code>{coloured(shown, runs)}</code>
      </pre>
      {long && (
        <div className={css.more}>
          <Button kind="quiet" aria-expanded={whole} onClick={() => setWhole(!whole)}>
            {whole ? text('content.code.less') : text('content.code.more', { count })}
          </Button>
        </div>
      )}
    </figure>
  )
}

function coloured(code: string, runs: readonly Run[] | undefined): ReactNode {
  if (!runs) return code
  const pieces: ReactNode[] = []
  let start = 0
  for (const { end, kind } of runs) {
    if (start >= code.length) break
    const piece = code.slice(start, end)
    pieces.push(
      <Fragment key={start}>{kind ? <span className={css[kind.replace(/[^a-z]/g, '')] ?? ''}>{piece}</span> : piece}</Fragment>,
    )
    start = end
  }
  return pieces
}

/** Whether a box has more to its side than it shows: then the keyboard must be able to scroll it. */
function useWide(content: string, wrap: boolean) {
  const box = useRef<HTMLPreElement>(null)
  const [wide, setWide] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew when what it holds changes.
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new ResizeObserver(() => setWide(element.scrollWidth > element.clientWidth + 1))
    observer.observe(element)
    return () => observer.disconnect()
  }, [content, wrap])
  return [box, wide] as const
}

function countLines(text: string): number {
  let count = 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}

/** Where the line of this number (from 1) ends. */
function endOfLine(text: string, line: number): number {
  let at = -1
  for (let n = 0; n < line; n++) {
    const next = text.indexOf('\n', at + 1)
    if (next < 0) return text.length
    at = next
  }
  return at
}
