/** What an artifact can be shown as. Pure. */

/**
 * `page`: HTML; `picture`: SVG; `text`: Markdown; `component`: a program for a framework that is not here; `diagram`: a
 * description that something else draws; `code`: nothing but code.
 */
export type Shape = 'page' | 'picture' | 'text' | 'component' | 'diagram' | 'code'

/** By the kind that the provider gave (a media type, `code/html`, `document` …) and the language. */
export function shapeOf(kind: string, language = ''): Shape {
  const of = kind.toLowerCase().split(';')[0]?.trim() ?? ''
  const in_ = (language || of.replace(/^code\//, '')).toLowerCase()
  if (of === 'text/html' || of === 'html' || in_ === 'html') return 'page'
  if (of === 'image/svg+xml' || of === 'svg' || in_ === 'svg') return 'picture'
  if (of === 'text/markdown' || of === 'markdown' || of === 'document' || in_ === 'markdown') return 'text'
  if (/react|jsx|tsx|vue|svelte/.test(of) || /^(?:react|jsx|tsx|vue|svelte)$/.test(in_)) return 'component'
  if (/mermaid/.test(of) || in_ === 'mermaid') return 'diagram'
  return 'code'
}

/** The language to colour an artifact's code by. */
export function languageOf(shape: Shape, kind: string, language?: string): string | undefined {
  if (language) return language
  if (shape === 'page') return 'html'
  if (shape === 'picture') return 'xml'
  if (shape === 'text') return 'markdown'
  if (shape === 'component') return 'javascript'
  return /^code\/(\w+)$/.exec(kind)?.[1]
}

/** Whether HTML has something to run: a script, a handler, an address that is a program. */
export const hasScripts = (html: string): boolean => /<script|\son\w+\s*=|javascript:/i.test(html)
