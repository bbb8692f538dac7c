import {
  type ComponentProps,
  createContext,
  type ReactNode,
  type RefObject,
  useContext,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { type CacheSnapshot, type CustomContainerComponentProps, Virtualizer, type VirtualizerHandle } from 'virtua'
import { useText } from '../../app/language.tsx'
import css from './reader.module.css'

const Busy = createContext(false)

/** The units are a feed: a list that grows while it is read. */
function FeedBox({ children, style, ref }: CustomContainerComponentProps & { ref?: ComponentProps<'div'>['ref'] }) {
  const text = useText()
  const busy = useContext(Busy)
  return (
    <div ref={ref} style={style} role="feed" aria-busy={busy} aria-label={text('reader.feed')}>
      {children}
    </div>
  )
}

/** Everything of the conversation that scrolls; of its units only those around the screen are in the document. */
export function Feed(props: {
  virtual: RefObject<VirtualizerHandle | null>
  scroller: RefObject<HTMLDivElement | null>
  head: ReactNode
  total: number
  busy: boolean
  cache: CacheSnapshot | undefined
  keep: readonly number[]
  onScroll: (offset: number) => void
  onKeyDown: ComponentProps<'div'>['onKeyDown']
  children: (index: number) => ReactNode
}) {
  const { virtual, scroller, head, total, busy, cache, keep, onScroll, onKeyDown, children } = props
  const text = useText()
  const above = useRef<HTMLDivElement>(null)
  const [margin, setMargin] = useState(0)
  useLayoutEffect(() => {
    const element = above.current
    if (!element) return
    const measure = () => setMargin(element.offsetHeight)
    measure()
    const watch = new ResizeObserver(measure)
    watch.observe(element)
    return () => watch.disconnect()
  }, [])
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div
      ref={scroller}
      className={css.scroll}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
      tabIndex={0}
      role="group"
      aria-label={text('reader.feed')}
      onKeyDown={onKeyDown}
    >
      <div ref={above} data-head className={css.above}>
        {head}
      </div>
      <Busy value={busy}>
        {total > 0 && (
          <Virtualizer
            ref={virtual}
            scrollRef={scroller}
            as={FeedBox}
            data={{ length: total }}
            startMargin={margin}
            keepMounted={keep}
            onScroll={onScroll}
            {...(cache ? { cache } : {})}
          >
            {(_: unknown, index: number) => (
              <div key={index} className={css.place}>
                {children(index)}
              </div>
            )}
          </Virtualizer>
        )}
      </Busy>
      <div className={css.below} />
    </div>
  )
}
