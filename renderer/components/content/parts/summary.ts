/** What a tool was asked, in a line. Pure. */

/** Fields that say most, in this order. */
const telling = ['description', 'command', 'cmd', 'query', 'q', 'file_path', 'path', 'url', 'pattern', 'title', 'prompt', 'code']

/** The most telling words of a tool's input, at most 160 characters of one line; undefined where it has none. */
export function summaryOf(input: unknown): string | undefined {
  if (typeof input === 'string') return inLine(input)
  if (Array.isArray(input)) return input.every((one) => typeof one === 'string') ? inLine(input.join(' ')) : summaryOf(input[0])
  if (typeof input !== 'object' || input === null) return undefined
  const fields = new Map(Object.entries(input))
  for (const name of telling) {
    const value: unknown = fields.get(name)
    const words = Array.isArray(value) ? value.filter((one) => typeof one === 'string').join(' ') : value
    if (typeof words === 'string' && words.trim()) return inLine(words)
  }
  for (const value of fields.values()) if (typeof value === 'string' && value.trim()) return inLine(value)
  return undefined
}

/** The first line of a text that says something, at most 160 characters. */
export function inLine(text: string): string | undefined {
  const line = /\S[^\n]*/.exec(text.slice(0, 2000))?.[0].trim()
  return line && line.length > 160 ? `${line.slice(0, 160)} …` : line
}

/** JSON as people read it; text as it is. */
export const readable = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value, undefined, 2) ?? '')
