/** Files that Claude's messages name; the export never holds their bytes. */
import type { JsonObject, Part } from '../../contract/content.ts'
import { type Fields, ident, num, obj, rest, text } from './fields.ts'
import { kindOf, mimeOf } from './mime.ts'
import { put } from './put.ts'

const attachmentFields = new Set(['id', 'file_name', 'file_size', 'file_type', 'extracted_content'])

/** A file whose text was taken out of it. What is left of the record goes to `extra`. */
export function readAttachment(raw: JsonObject, extra: Fields): Part {
  const pointer = ident(raw['id']) ?? text(raw['file_name']) ?? 'attachment'
  const name = text(raw['file_name']) ?? pointer
  const mime = mimeOf(text(raw['file_type']), name)
  const part: Part = { type: 'attachment', kind: kindOf(mime), name, mime, pointer }
  put(part, 'size', num(raw['file_size']))
  put(part, 'text', text(raw['extracted_content']))
  keepUnder(extra, 'attachments', pointer, rest(raw, attachmentFields))
  return part
}

const fileFields = new Set(['file_name', 'file_uuid', 'uuid', 'file_kind', 'size_bytes'])

/** A file or picture that is only named. What is left of the record goes to `extra`. */
export function readFile(raw: JsonObject, extra: Fields): Part {
  const pointer = text(raw['file_uuid']) ?? text(raw['uuid']) ?? text(raw['file_name']) ?? 'file'
  const name = text(raw['file_name']) ?? pointer
  const mime = mimeOf(undefined, name)
  const part: Part = {
    type: 'attachment',
    kind: text(raw['file_kind']) === 'image' ? 'image' : kindOf(mime),
    name,
    mime,
    pointer,
  }
  put(part, 'size', num(raw['size_bytes']))
  keepUnder(extra, 'files', pointer, rest(raw, fileFields))
  return part
}

function keepUnder(extra: Fields, field: string, key: string, value: JsonObject | undefined) {
  if (value) extra[field] = { ...obj(extra[field]), [key]: value }
}
