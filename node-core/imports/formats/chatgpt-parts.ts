/** The objects among ChatGPT's content parts, and the files that its messages name. */
import type { Attachment, Json, JsonObject, Part } from '../../contract/content.ts'
import { idOfPointer } from './chatgpt-assets.ts'
import { arr, type Fields, num, obj, objects, rest, some, text } from './fields.ts'
import { kindOf, mimeOf, unknownMime } from './mime.ts'

const pointerFields = new Set(['content_type', 'asset_pointer', 'size_bytes', 'width', 'height'])
/** Kinds of objects with what their parts hold of them. */
export const partTypes: Readonly<Record<string, { known: ReadonlySet<string>; read: (part: JsonObject) => Part[] }>> = {
  image_asset_pointer: {
    known: pointerFields,
    read: (part) => [pointerPart(part, 'asset_pointer', 'image') ?? unknownPart(part)],
  },
  audio_asset_pointer: {
    known: pointerFields,
    read: (part) => [pointerPart(part, 'asset_pointer', 'audio') ?? unknownPart(part)],
  },
  video_asset_pointer: {
    known: pointerFields,
    read: (part) => [pointerPart(part, 'asset_pointer', 'video') ?? unknownPart(part)],
  },
  // What was said is what a reader reads and finds, so it is text and not a note on the recording.
  audio_transcription: { known: new Set(['content_type', 'text']), read: (part) => textParts(part['text']) },
  real_time_user_audio_video_asset_pointer: {
    known: new Set(['content_type', 'audio_asset_pointer', 'video_container_asset_pointer', 'frames_asset_pointers']),
    read: (part) => {
      const audio = obj(part['audio_asset_pointer'])
      const frames = arr(part['frames_asset_pointers']) ?? []
      return [
        audio && pointerPart(audio, 'asset_pointer', 'audio'),
        pointerPart(part, 'video_container_asset_pointer', 'video'),
        ...frames.map((frame) => pointerPart(obj(frame) ?? { asset_pointer: frame }, 'asset_pointer', 'image')),
      ].filter((found) => found !== undefined)
    },
  },
}

const unknownPart = (raw: JsonObject): Part => ({ type: 'unknown', kind: text(raw['content_type']) ?? 'part', raw })

/** A picture, recording or film that `field` of an object points to; undefined where it points to nothing. */
export function pointerPart(part: JsonObject, field: string, kind: Attachment['kind']): Attachment | undefined {
  const pointer = text(part[field])
  if (pointer === undefined) return undefined
  const format = text(part['format'])
  const attachment: Attachment = {
    type: 'attachment',
    kind,
    name: idOfPointer(pointer),
    pointer,
    mime: kind === 'audio' && format ? mimeOf(format, '') : unknownMime,
  }
  fill(attachment, 'size', num(part['size_bytes']))
  fill(attachment, 'width', num(part['width']))
  fill(attachment, 'height', num(part['height']))
  return attachment
}

function fill(attachment: Attachment, field: 'size' | 'width' | 'height', value: number | undefined) {
  if (value !== undefined && attachment[field] === undefined) attachment[field] = value
}

/** The records of `metadata.attachments`. */
export const attachmentRecords = (value: Json | undefined): JsonObject[] => (value === undefined ? [] : objects(value))

const recordFields = new Set(['id', 'name', 'size', 'mime_type', 'mimeType', 'width', 'height'])

/**
 * Names the pictures among `parts` after the message's attachment records, appends a part for each record that no
 * part shows, and answers all attachments of the message.
 */
export function joinAttachments(parts: Part[], records: readonly JsonObject[], extra: Fields): Attachment[] {
  const shown = parts.filter((part) => part.type === 'attachment')
  const unread: Fields = {}
  for (const record of records) {
    const id = text(record['id'])
    const name = text(record['name']) ?? id ?? 'attachment'
    const mime = mimeOf(text(record['mime_type']) ?? text(record['mimeType']), name)
    let attachment = shown.find((part) => id !== undefined && idOfPointer(part.pointer) === id)
    if (attachment === undefined) {
      attachment = { type: 'attachment', kind: kindOf(mime), name, mime, pointer: id ?? name }
      parts.push(attachment)
      shown.push(attachment)
    } else {
      attachment.name = name
      if (attachment.mime === unknownMime) attachment.mime = mime
    }
    fill(attachment, 'size', num(record['size']))
    fill(attachment, 'width', num(record['width']))
    fill(attachment, 'height', num(record['height']))
    const more = rest(record, recordFields)
    if (more) unread[id ?? name] = more
  }
  const kept = some(unread)
  if (kept) extra['attachments'] = kept
  return shown
}

/** A text part, or none for no text. */
export const textParts = (value: Json | undefined): Part[] => {
  const body = text(value)
  return body === undefined ? [] : [{ type: 'text', text: body }]
}
