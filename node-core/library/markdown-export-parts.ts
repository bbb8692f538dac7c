/** Parts of messages as Markdown for people to read. What is exact stands in the JSON beside. Pure. */
import type { Attachment, Json, Part } from '../contract/content.ts'

/** The path of an attachment's file, as seen from the page; undefined where the bytes are not there. */
export type LinkOf = (attachment: Attachment) => string | undefined

/** One part, without line breaks around it. `folded`: it stands inside a fold, which it cannot end. */
export function partMarkdown(part: Part, linkOf: LinkOf, folded = false): string {
  switch (part.type) {
    case 'text':
      return folded ? kept(part.text) : closed(part.text).trim()
    case 'reasoning':
      return details(part.summary ?? 'Reasoning', kept(part.text))
    case 'code':
      return fenced(part.text, part.language)
    case 'tool-call':
      return details(`Tool call: ${part.name}`, fenced(typeof part.input === 'string' ? part.input : pretty(part.input), 'json'))
    case 'tool-result':
      return details(`${part.error ? 'Tool error' : 'Tool result'}${part.name ? `: ${part.name}` : ''}`, fenced(part.text, ''))
    case 'artifact':
      return `**Artifact: ${inline(part.title ?? part.id)}** (${inline(part.kind)})\n\n${fenced(part.text, part.language ?? '')}`
    case 'quote':
      return quoted(folded ? kept(part.text) : closed(part.text).trim(), part.title, part.url)
    case 'attachment':
      return attached(part, linkOf)
    case 'unknown':
      return details(`Of a type that is not known: ${part.kind}`, fenced(pretty(part.raw), 'json'))
  }
}

function attached(part: Attachment, linkOf: LinkOf): string {
  const name = inline(part.name)
  const link = linkOf(part)
  const line = link ? `${part.kind === 'image' ? '!' : ''}[${name}](${encodeURI(link)})` : `*${name} (the file is not here)*`
  return part.text ? `${line}\n\n${details('Text of the file', fenced(part.text, ''))}` : line
}

function quoted(text: string, title: string | undefined, url: string | undefined): string {
  const body = text.replace(/^/gm, '> ')
  if (!url) return title ? `${body}\n>\n> — ${inline(title)}` : body
  return `${body}\n>\n> — [${inline(title ?? url)}](<${url.replace(/[<>\n\r]/g, (bad) => encodeURIComponent(bad))}>)`
}

/** Something that is folded until somebody opens it. */
export const details = (summary: string, body: string): string =>
  `<details>\n<summary>${escapeHtml(oneLine(summary))}</summary>\n\n${body}\n\n</details>`

/** Text that stays inside its fold. */
const kept = (text: string): string =>
  closed(text)
    .trim()
    .replace(/<(?=\/?details)/gi, '&lt;')

/** A code block, its fence longer than any inside. */
export function fenced(text: string, language: string): string {
  const longest = (text.match(/`{3,}/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2)
  const fence = '`'.repeat(longest + 1)
  return `${fence}${/^[\w+#.-]{1,40}$/.test(language) ? language : ''}\n${text}${text.endsWith('\n') || text === '' ? '' : '\n'}${fence}`
}

/** Text with the code block ended that it leaves open: what follows is not its. */
export function closed(text: string): string {
  let open: string | undefined
  for (const [, fence, rest] of text.matchAll(/^ {0,3}(`{3,}|~{3,})(.*)$/gm)) {
    if (fence === undefined) continue
    if (open === undefined) open = fence.startsWith('`') && rest?.includes('`') ? undefined : fence
    else if (fence[0] === open[0] && fence.length >= open.length && rest?.trim() === '') open = undefined
  }
  return open === undefined ? text : `${text}${text.endsWith('\n') ? '' : '\n'}${open}`
}

/** Words inside a line of Markdown, as they are. */
export const inline = (text: string): string => oneLine(text).replace(/[\\`*_[\]<>#|]/g, '\\$&')

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 500)
const escapeHtml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const pretty = (value: Json): string => JSON.stringify(value, undefined, 2)
