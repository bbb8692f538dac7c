import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { useHitCount } from '../../queries/search.ts'
import css from './search.module.css'

/** Nothing was found: why that may be, and what would be found without the filters. */
export function NoHits(props: { words: string; stale: boolean; filters: number; clear: () => void }) {
  const text = useText()
  const { data: others } = useHitCount({ q: props.words }, props.filters > 0 && !props.stale)
  const several = /\s/.test(props.words)
  const syntax = /["*]|(^|\s)-/.test(props.words)
  return (
    <div className={css.column} aria-busy={props.stale}>
      <div className={css.nothing}>
        <h2>{text('search.none')}</h2>
        {props.filters > 0 && others !== undefined && others > 0 && (
          <div className={css.without}>
            <p>{text('search.none.filters', { count: others, filters: props.filters })}</p>
            <Button onClick={props.clear}>{text('library.filter.clear')}</Button>
          </div>
        )}
        <ul>
          {several && <li>{text('search.none.fewer')}</li>}
          <li>{text('search.none.spelling')}</li>
          {syntax && <li>{text('search.none.syntax')}</li>}
          <li>{text('search.none.begun')}</li>
        </ul>
      </div>
    </div>
  )
}
