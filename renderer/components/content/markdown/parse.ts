/** A unit's Markdown as a tree: CommonMark, GFM and formulas. Pure. */
import type { Root } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { mathFromMarkdown } from 'mdast-util-math'
import { gfm } from 'micromark-extension-gfm'
import { math } from 'micromark-extension-math'
import { formulaText } from './formula.ts'

/** Longer text than a block that anybody reads is shown as it is: crafted text takes time that grows faster than it. */
const longest = 60_000
/** More nesting than people write costs time that grows with its square. */
const deep = /^(?:[ \t]*(?:>|[-*+]|\d{1,9}[.)])){50}/m

const { flow } = math()

/**
 * The tree of `text`; undefined where it is too long or too deep to be one.
 * @param definitions what links and footnotes refer to from elsewhere in the message; see `definitionsIn`
 */
export function parseMarkdown(text: string, definitions = ''): Root | undefined {
  if (text.length > longest || deep.test(text)) return undefined
  try {
    return fromMarkdown(definitions ? `${text}\n\n${definitions}` : text, {
      extensions: [gfm(), { flow: flow ?? {} }, formulaText()],
      mdastExtensions: [gfmFromMarkdown(), mathFromMarkdown()],
    })
  } catch {
    // The parser's own limits, as for nesting that is deeper than its stack.
    return undefined
  }
}

/** The formula of a unit that is one: what stands between `$$` or `\[` and their counterpart. */
export function formulaIn(text: string): string {
  const whole = text.trim()
  return /^\$\$(.*)\$\$$/s.exec(whole)?.[1] ?? /^\\\[(.*)\\\]$/s.exec(whole)?.[1] ?? whole
}

const definition = /^ {0,3}\[[^\]\n]{1,200}\]: ?\S.*$/gm
/** The definitions of links and footnotes in a text, a line each: units of the same message refer to them. */
export const definitionsIn = (text: string): string =>
  text.includes(']:') ? (text.match(definition) ?? []).slice(0, 200).join('\n\n') : ''

const reference = /\[\^([^\]\s[^]{1,100})\](?!:)/g
/**
 * Empty definitions for the footnotes that a text refers to and neither it nor `definitions` defines: so that its numbers
 * are numbers, wherever in the message the notes stand.
 */
export function missingNotes(text: string, definitions: string): string {
  const labels = new Set<string>()
  for (const [, label] of text.matchAll(reference)) if (label && labels.size < 200) labels.add(label)
  return [...labels]
    .filter((label) => !text.includes(`[^${label}]:`) && !definitions.includes(`[^${label}]:`))
    .map((label) => `[^${label}]:`)
    .join('\n\n')
}
