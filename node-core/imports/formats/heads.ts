/** Telling formats apart by the first bytes of files: the keys that a JSON text has, not its file's name. */
import { baseName, headText } from './detect.ts'
import type { ExportFile, ExportSource } from './format.ts'

/** The file's name without folders and ending. */
export const fileStem = (path: string): string => baseName(path).replace(/\.[^.]*$/, '')

/** The files that may hold conversations: those with one of `endings`, or the only file there is, whatever its name. */
export function candidates(source: ExportSource, ...endings: string[]): ExportFile[] {
  if (source.files.length === 1) return [...source.files]
  return source.files.filter(
    ({ path }) =>
      endings.some((ending) => path.toLowerCase().endsWith(ending)) &&
      !path.includes('__MACOSX/') &&
      !baseName(path).startsWith('._'),
  )
}

/** True where the head of one of some 24 files, spread evenly, passes `test`. */
export async function anyHead(files: readonly ExportFile[], test: (head: string) => boolean): Promise<boolean> {
  const step = Math.max(1, Math.floor(files.length / 24))
  for (let at = 0; at < files.length; at += step) {
    const file = files[at]
    if (file && test(await headText(file))) return true
  }
  return false
}

/**
 * The paths of the keys in a JSON text that may be cut anywhere, each with its first scalar value as written (at
 * most 80 characters, empty for objects and arrays): `[{"chat": {"id": 1}}]` gives `[].chat` and `[].chat.id`.
 * Strings are skipped as a whole, so that text which looks like JSON says nothing.
 */
export function shapeOf(text: string): ReadonlyMap<string, string> {
  const shape = new Map<string, string>()
  const open: { path: string; array: boolean; key: string | undefined }[] = []
  const valuePath = (): string => {
    const top = open.at(-1)
    return top === undefined ? '' : top.array ? `${top.path}[]` : (top.key ?? '')
  }
  const note = (value: string): void => {
    const path = valuePath()
    if (path && !shape.get(path)) shape.set(path, value.slice(0, 80))
  }
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    const top = open.at(-1)
    if (sign === '"') {
      const end = stringEnd(text, at)
      if (end < 0) break
      const inside = text.slice(at + 1, end)
      at = end
      if (top && !top.array && top.key === undefined) {
        top.key = top.path ? `${top.path}.${inside}` : inside
        if (open.length <= 8 && !shape.has(top.key)) shape.set(top.key, '')
      } else note(inside)
    } else if (sign === '{' || sign === '[') {
      if (open.length > 64) break
      open.push({ path: valuePath(), array: sign === '[', key: undefined })
    } else if (sign === '}' || sign === ']') open.pop()
    else if (sign === ',') {
      if (top && !top.array) top.key = undefined
    } else if (sign !== undefined && /[-\da-z]/.test(sign)) {
      const end = scalarEnd(text, at)
      note(text.slice(at, end))
      at = end - 1
    }
  }
  return shape
}

/** The shapes of the lines of a JSONL text that may be cut anywhere; at most `limit` of them. */
export const lineShapes = (text: string, limit = 40): ReadonlyMap<string, string>[] =>
  text
    .split('\n', limit)
    .filter((line) => line.startsWith('{'))
    .map(shapeOf)

function stringEnd(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text[end - 1 - slashes] === '\\') slashes++
    if (slashes % 2 === 0) return end
  }
  return -1
}

function scalarEnd(text: string, start: number): number {
  let end = start
  while (end < text.length && !',]} \r\n\t'.includes(text[end] ?? ',')) end++
  return end
}
