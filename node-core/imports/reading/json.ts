/** The elements of a JSON file of any size, one at a time. */
import type { Json } from '../../contract/content.ts'
import { type ImportReason, importReason } from '../../contract/import-reasons.ts'
import type { ExportFile } from '../formats/format.ts'
import { throwIfCancelled } from './access.ts'
import type { Scanned } from './json-scanner.ts'
import { JsonScanner } from './json-scanner.ts'
import { elementLimit, levelLimit } from './limits.ts'
import { decode } from './text.ts'
import { firstNotUtf8, notUtf8 } from './utf8.ts'

/** `index` counts from 0. */
export type JsonElement = { index: number; value: Json } | { index: number; error: ImportReason }

export interface JsonOptions {
  /**
   * Keys from the outermost object to the list, e.g. `['data', 'chats']`; an object found there is one element, and a
   * file without it has none. Absent: the outermost list; or the list under `conversations` or `chats` of the
   * outermost object; or that object as the one element.
   */
  at?: readonly string[]
  /** Bytes of one element; {@link elementLimit}. */
  limit?: number
  signal?: AbortSignal
}

/**
 * Yields what the list holds, in its order. An element that is too large, too deep, not valid or not UTF-8 inside is one with
 * `error`, what is wrong with it; the others go on.
 * Fails with `import-damaged` (file and byte named) where the document breaks off, its brackets do not match or it is
 * no JSON at all, `import-empty` for no bytes, `cancelled`.
 */
export async function* jsonElements(file: ExportFile, options: JsonOptions = {}): AsyncGenerator<JsonElement, void, undefined> {
  const { at, limit = elementLimit, signal } = options
  const scanner = new JsonScanner(file.path, { limit, levels: levelLimit, ...(at && { at }) })
  for await (const chunk of file.stream(signal)) {
    for (const found of scanner.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))) yield parse(found)
    throwIfCancelled(signal)
  }
  scanner.finish()
}

/** One document from memory, for small side files: undefined where it is not valid JSON in UTF-8. */
export function jsonOf(bytes: Uint8Array): Json | undefined {
  if (firstNotUtf8(bytes) !== undefined) return undefined
  try {
    const value: Json = JSON.parse(decode(bytes))
    return value
  } catch {
    return undefined
  }
}

function parse(found: Scanned): JsonElement {
  if ('error' in found) return found
  const { index, bytes, start } = found
  const wrong = firstNotUtf8(bytes)
  if (wrong !== undefined) return { index, error: notUtf8(start, wrong) }
  try {
    const value: Json = JSON.parse(decode(bytes))
    return { index, value }
  } catch (error) {
    return { index, error: notJson(error) }
  }
}

/** Says where the parser stopped; its own words quote the content, which has no place in a report. */
export function notJson(error: unknown): ImportReason {
  const position = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined
  return position ? importReason('not-json-at', { character: Number(position) }) : importReason('not-json')
}
