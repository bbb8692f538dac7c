/** HTML blocks inside Markdown, after CommonMark 0.31 section 4.6. */
import type { Line } from './markdown-lines.ts'

/** How an HTML block ends: at the end of the line that holds a match, or before a blank line. */
export type HtmlEnd = RegExp | 'blank'

const openings: readonly (readonly [RegExp, RegExp])[] = [
  [/<(?:script|pre|style|textarea)(?=[\s>]|$)/iy, /<\/(?:script|pre|style|textarea)>/gi],
  [/<!--/y, /-->/g],
  [/<\?/y, /\?>/g],
  [/<!\[CDATA\[/y, /\]\]>/g],
  [/<![a-z]/iy, />/g],
]

const blockTag = new RegExp(
  `</?(?:${[
    'address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt',
    'fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem',
    'nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul',
  ].join('|')})(?=[\\s>]|/>|$)`,
  'iy',
)
const anyTag = /<\/?[a-z][a-z0-9-]*(?=[\s/>])/iy

const matchesAt = (pattern: RegExp, text: string, at: number): boolean => {
  pattern.lastIndex = at
  return pattern.test(text)
}

/** How the HTML block that the line begins ends; undefined where it begins none, or none that may follow a paragraph. */
export function htmlAt(text: string, line: Line, afterParagraph: boolean): HtmlEnd | undefined {
  if (text.charAt(line.content) !== '<') return undefined
  for (const [opening, ending] of openings) if (matchesAt(opening, text, line.content)) return ending
  if (matchesAt(blockTag, text, line.content)) return 'blank'
  return !afterParagraph && matchesAt(anyTag, text, line.content) && isLoneTag(text, line) ? 'blank' : undefined
}

/** Whether the line is one tag and nothing else. */
function isLoneTag(text: string, line: Line): boolean {
  let last = line.stop - 1
  while (last > line.content && /\s/.test(text.charAt(last))) last--
  if (text.charAt(last) !== '>') return false
  for (let i = line.content + 1; i < last; i++) if (text.charAt(i) === '<' || text.charAt(i) === '>') return false
  return true
}
