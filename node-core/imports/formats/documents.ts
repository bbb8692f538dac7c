/** Reading formats that keep conversations in many JSON files: a damaged file costs its own conversation, no other. */

import type { Json } from '../../contract/content.ts'
import { isVivimError } from '../../contract/errors.ts'
import type { ImportReason } from '../../contract/import-reasons.ts'
import { jsonElements, notJson } from '../reading/json.ts'
import { lines } from '../reading/lines.ts'
import type { ExportFile, Found } from './format.ts'

/** One JSON value of a file: the whole of it, or one element where the file is an array. */
export interface Document {
  file: ExportFile
  index: number
  value: Json
}
export type Unreadable = Extract<Found, { type: 'unreadable' }>

/**
 * Each file's JSON values in order. What cannot be parsed comes as `unreadable`; damage of the only file there is
 * fails with `import-damaged`.
 */
export async function* documents(
  files: readonly ExportFile[],
  signal: AbortSignal,
  alone = files.length === 1,
): AsyncIterable<Document | Unreadable> {
  for (const file of files) {
    signal.throwIfAborted()
    try {
      for await (const element of jsonElements(file, { signal })) {
        if ('error' in element) yield { type: 'unreadable', ref: `${file.path} #${element.index + 1}`, reason: element.error }
        else yield { file, index: element.index, value: element.value }
      }
    } catch (error) {
      yield damaged(alone, error)
    }
  }
}

/** `text`, where the line could be read but not parsed: the line as it stands. */
export type JsonLine = { number: number; value: Json } | { number: number; error: ImportReason; text?: string }

/** The JSON values of a file's lines; blank lines are left out, `number` counts them. */
export async function* jsonLines(file: ExportFile, signal: AbortSignal): AsyncIterable<JsonLine> {
  for await (const line of lines(file, { signal })) yield 'error' in line ? line : parsedLine(line.number, line.text)
}

function parsedLine(number: number, text: string): JsonLine {
  try {
    const value: Json = JSON.parse(text)
    return { number, value }
  } catch (error) {
    return { number, error: notJson(error), text }
  }
}

/** What is said of a file that breaks off; rethrows any other error, and damage of a file that is `alone`. */
export function damaged(alone: boolean, error: unknown): Unreadable {
  if (alone || !isVivimError(error, 'import-damaged', 'import-too-large', 'import-empty') || !error.fault) throw error
  return { type: 'unreadable', ...error.fault }
}
