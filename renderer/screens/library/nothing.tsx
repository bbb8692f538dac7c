import { Link } from 'wouter'
import { useText } from '../../app/language.tsx'
import buttons from '../../components/button.module.css'
import { Button } from '../../components/button.tsx'
import { Empty } from '../../components/empty.tsx'
import { SampleOffer } from '../../components/sample-offer.tsx'
import css from './library.module.css'

/** The list has nothing to show: why, and what to do next. */
export function Nothing(props: {
  /** Whether the library holds anything at all. */
  held: boolean
  words: string
  /** How many filters hold. */
  filters: number
  clear: () => void
  showArchived: (() => void) | undefined
}) {
  const text = useText()
  if (!props.held) return <NothingAtAll />
  const archive = props.showArchived && <Button onClick={props.showArchived}>{text('library.nothing.archived')}</Button>
  return (
    <div className={css.nothing} role="status">
      <Empty
        title={text(props.words ? 'library.nothing.title' : 'library.nothing.filtered')}
        actions={
          <>
            {props.filters > 0 && <Button onClick={props.clear}>{text('library.filter.clear')}</Button>}
            {archive}
            {props.words && (
              <Link href="/search" className={[buttons['button'], buttons['quiet']].join(' ')}>
                {text('library.nothing.search')}
              </Link>
            )}
          </>
        }
      >
        {props.words
          ? text('library.nothing.words')
          : props.filters > 0
            ? text('library.nothing.hidden', { count: props.filters })
            : text('library.nothing.archive')}
      </Empty>
    </div>
  )
}

/** An empty library: how to fill it. */
export function NothingAtAll() {
  const text = useText()
  return (
    <Empty
      title={text('library.empty.title')}
      actions={
        <>
          <Link href="/import" className={[buttons['button'], buttons['primary']].join(' ')}>
            {text('library.empty.import')}
          </Link>
          <Link href="/welcome" className={[buttons['button'], buttons['plain']].join(' ')}>
            {text('library.empty.welcome')}
          </Link>
          <SampleOffer />
        </>
      }
    >
      {text('library.empty.text')}
    </Empty>
  )
}
