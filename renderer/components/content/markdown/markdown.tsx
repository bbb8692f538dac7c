import { memo, useMemo } from 'react'
import css from './markdown.module.css'
import { definitionsIn, parseMarkdown } from './parse.ts'
import { renderTree } from './render.tsx'

export interface MarkdownProps {
  text: string
  /** Unique on the screen: what was unfolded inside is found again by it. */
  id: string
  /** The rest of the message, where links and footnotes may be defined. */
  around?: readonly { readonly text: string }[] | undefined
}

/** Text as its writer meant it. Nothing in it becomes HTML: the tree is turned into elements of our own, one by one. */
export const Markdown = memo(function Markdown({ text, id, around }: MarkdownProps) {
  const content = useMemo(() => {
    const definitions = around && refers(text) ? around.map((unit) => definitionsIn(unit.text)).join('\n\n') : ''
    const tree = parseMarkdown(text, definitions)
    return tree ? renderTree(tree, { source: text, id }) : undefined
  }, [text, id, around])
  return (
    <div className={css.markdown}>
      {content ?? (
        <p className={css.plain} dir="auto">
          {text}
        </p>
      )}
    </div>
  )
})

/** Whether a text has something in brackets that is no link by itself, or ends with a footnote. */
const refers = (text: string): boolean => /\][^(]|\]$/.test(text)
