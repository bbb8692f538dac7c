import { OutsideLink } from '../markdown/elements.tsx'
import { Markdown } from '../markdown/markdown.tsx'
import type { Unit } from '../unit.ts'
import css from './quote.module.css'

/** A passage from elsewhere with where it is from; or a quote that is part of the text. */
export function Quote({ unit, around }: { unit: Unit; around?: readonly Unit[] | undefined }) {
  const { id, text, title, url } = unit
  if (/^\s*>/.test(text)) return <Markdown text={text} id={id} around={around} />
  return (
    <figure className={css.quote}>
      <blockquote>
        <Markdown text={text} id={id} />
      </blockquote>
      {(title || url) && (
        <figcaption dir="auto">{url ? <OutsideLink address={url}>{title || url}</OutsideLink> : title}</figcaption>
      )}
    </figure>
  )
}
