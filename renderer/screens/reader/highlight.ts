/** Marks found words where they are shown, without touching the document. */
import { placesIn } from './find.ts'

const all = 'found'
const current = 'found-now'
const blocks = 'p, li, td, th, h1, h2, h3, h4, h5, h6, pre, blockquote, dt, dd, div, summary, figcaption'

/** The text of an element with the node that each stretch of it comes from; blocks are a line apart. */
function textNodesOf(element: Element): { text: string; nodes: { node: Text; start: number }[] } {
  const walker = element.ownerDocument.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  const nodes: { node: Text; start: number }[] = []
  let text = ''
  let block: Element | null | undefined
  while (walker.nextNode()) {
    const node = walker.currentNode as Text
    const own = node.parentElement?.closest(blocks)
    if (block !== undefined && own !== block) text += '\n'
    block = own
    nodes.push({ node, start: text.length })
    text += node.data
  }
  return { text, nodes }
}

/** The ranges of a query within an element. */
export function rangesIn(element: Element, query: string): Range[] {
  const { text, nodes } = textNodesOf(element)
  const pointAt = (place: number, end: boolean) => {
    const one = nodes.findLast(({ start, node }) => (end ? start < place : start <= place) && place <= start + node.length)
    return one && ([one.node, place - one.start] as const)
  }
  return placesIn(text, query).flatMap(([from, to]) => {
    const first = pointAt(from, false)
    const last = pointAt(to, true)
    if (!first || !last) return []
    const range = element.ownerDocument.createRange()
    range.setStart(...first)
    range.setEnd(...last)
    return [range]
  })
}

/** Shows ranges as found, one of them as the present one. */
export function showMarks(ranges: readonly Range[], now: Range | undefined): void {
  if (!('highlights' in CSS)) return
  CSS.highlights.set(all, new Highlight(...ranges.filter((range) => range !== now)))
  CSS.highlights.set(current, new Highlight(...(now ? [now] : [])))
}

export function clearMarks(): void {
  if (!('highlights' in CSS)) return
  CSS.highlights.delete(all)
  CSS.highlights.delete(current)
}
