/** The longest name, in characters, before its ending. */
const longest = 80

/** A title as the name of a file that every system takes. */
export function fileName(title: string, ending: string): string {
  const name = title
    .replace(/[\p{Cc}\p{Cf}<>:"/\\|?*]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, longest)
    .replace(/[\ud800-\udbff]$/, '')
    .replace(/^\.+|[. ]+$/g, '')
  return `${name || 'conversation'}.${ending}`
}
