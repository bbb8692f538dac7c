import { type RefObject, useEffect, useRef } from 'react'
import type { Match } from './find.ts'
import { clearMarks, rangesIn, showMarks } from './highlight.ts'

/** Marks what was found in the rows that are on the screen, and brings the present match into sight. */
export function useMarks(
  scroller: RefObject<HTMLElement | null>,
  { query, match }: { query: string; match: Match | undefined },
  scrollBy: (pixels: number) => void,
): void {
  const latest = useRef(scrollBy)
  latest.current = scrollBy
  useEffect(() => {
    const box = scroller.current
    const words = query.trim()
    if (!box || words === '') return clearMarks()
    let frame = 0
    let unseen = match !== undefined
    const paint = () => {
      frame = 0
      const all: Range[] = []
      let now: Range | undefined
      for (const row of box.querySelectorAll<HTMLElement>('article[data-index]')) {
        const text = row.querySelector('[data-unit]')
        const ranges = text ? rangesIn(text, words) : []
        all.push(...ranges)
        if (match && Number(row.dataset['index']) === match.index) now = ranges[Math.min(match.nth, ranges.length - 1)]
      }
      showMarks(all, now)
      if (!unseen || !now) return
      const place = now.getBoundingClientRect()
      const frameOf = box.getBoundingClientRect()
      // Inside something folded it has no place.
      if (place.height === 0) return
      unseen = false
      if (place.top < frameOf.top || place.bottom > frameOf.bottom) latest.current(place.top - frameOf.top - frameOf.height / 3)
    }
    const soon = () => {
      frame ||= requestAnimationFrame(paint)
    }
    const watch = new MutationObserver(soon)
    watch.observe(box, { childList: true, subtree: true, characterData: true })
    box.addEventListener('scroll', soon, { passive: true })
    soon()
    return () => {
      watch.disconnect()
      box.removeEventListener('scroll', soon)
      cancelAnimationFrame(frame)
      clearMarks()
    }
  }, [scroller, query, match])
}
