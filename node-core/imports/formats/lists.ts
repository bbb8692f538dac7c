/** Finding the files of an export that hold lists of conversations, by what their elements are seen to have. */
import { baseName, headText, jsonFiles } from './detect.ts'
import type { ExportFile, ExportSource } from './format.ts'
import { shapeOf } from './heads.ts'

/** How many files of a source are looked into, the likeliest first. */
const looks = 24

/** The JSON files most likely to hold conversations: those named so first, then the largest. */
function likelyFiles(source: ExportSource): ExportFile[] {
  const weight = ({ path, size }: ExportFile) => (/conversation|chat/i.test(baseName(path)) ? 2 ** 60 : 0) + size
  return [...jsonFiles(source)].sort((a, b) => weight(b) - weight(a)).slice(0, looks)
}

/** Tells whether the elements of a list have a key, as far as the file's beginning shows. */
export type ElementKeys = (key: string) => boolean

async function elementKeys(file: ExportFile): Promise<ElementKeys> {
  const shape = shapeOf(await headText(file))
  return (key) => ['[].', 'conversations[].', 'chats[].', ''].some((prefix) => shape.has(prefix + key))
}

/** True where the elements of one of the likely files pass `test`. */
export async function someFile(source: ExportSource, test: (has: ElementKeys) => boolean): Promise<boolean> {
  for (const file of likelyFiles(source)) if (test(await elementKeys(file))) return true
  return false
}

/**
 * The files called as the provider calls them; where none is, the JSON files whose elements pass `test`. In the
 * source's order.
 */
export async function filesOf(source: ExportSource, named: RegExp, test: (has: ElementKeys) => boolean): Promise<ExportFile[]> {
  const byName = source.files.filter(({ path }) => named.test(baseName(path)))
  if (byName.length > 0) return byName
  const found: ExportFile[] = []
  for (const file of jsonFiles(source)) if (test(await elementKeys(file))) found.push(file)
  return found
}
