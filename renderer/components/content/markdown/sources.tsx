import { useText } from '../../../app/language.tsx'
import type { Citation } from './citation-marks.ts'
import { Footnote, OutsideLink } from './elements.tsx'
import css from './markdown.module.css'

/** The number of a citation in the text; it opens to what is cited. */
export const CitationNumber = ({ citation }: { citation: Citation }) => (
  <Footnote label={`${citation.number}`}>
    <Source citation={citation} />
  </Footnote>
)

/** What a text refers to as a whole. */
export function Sources({ citations }: { citations: readonly Citation[] }) {
  const text = useText()
  return (
    <aside className={css.sources} aria-label={text('content.sources')}>
      <span>{text('content.sources')}</span>
      <ol>
        {citations.map((citation) => (
          <li key={citation.number} value={citation.number} dir="auto">
            <Source citation={citation} />
          </li>
        ))}
      </ol>
    </aside>
  )
}

function Source({ citation: { title, url, quote } }: { citation: Citation }) {
  const name = title ?? url ?? ''
  return (
    <>
      {name && <span dir="auto">{url ? <OutsideLink address={url}>{name}</OutsideLink> : name}</span>}
      {quote && (
        <q className={css.cited} dir="auto">
          {quote}
        </q>
      )}
    </>
  )
}
