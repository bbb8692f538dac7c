import { memo, useMemo } from 'react'
import { type Citation, markCitations, unmarked } from './citation-marks.ts'
import css from './markdown.module.css'
import { definitionsIn, missingNotes, parseMarkdown } from './parse.ts'
import { renderTree } from './render.tsx'
import { Sources } from './sources.tsx'

export interface MarkdownProps {
  text: string
  /** Unique on the screen: what was unfolded inside is found again by it. */
  id: string
  /** The rest of the message, where links and footnotes may be defined. */
  around?: readonly { readonly text: string }[] | undefined
  citations?: readonly Citation[] | undefined
  /** How many headings of the same message it stands under. */
  under?: number | undefined
}

/** Text as its writer meant it. Nothing in it becomes HTML: the tree is turned into elements of our own, one by one. */
export const Markdown = memo(function Markdown({ text: written, id, around, citations, under }: MarkdownProps) {
  const text = useMemo(() => markCitations(written, citations), [written, citations])
  const whole = citations?.filter((one) => one.end === undefined) ?? []
  const content = useMemo(() => {
    const definitions = around && refers(text) ? around.map((unit) => definitionsIn(unit.text)).join('\n\n') : ''
    const tree = parseMarkdown(text, [definitions, missingNotes(text, definitions)].filter(Boolean).join('\n\n'))
    return tree ? renderTree(tree, { source: text, id, citations, under }) : undefined
  }, [text, id, around, citations, under])
  return (
    <div className={css.markdown}>
      {content ?? (
        <p className={css.plain} dir="auto">
          {unmarked(text)}
        </p>
      )}
      {whole.length > 0 && <Sources citations={whole} />}
    </div>
  )
})

/** Whether a text has something in brackets that is no link by itself, or ends with a footnote. */
const refers = (text: string): boolean => /\][^(]|\]$/.test(text)
