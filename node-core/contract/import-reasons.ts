/**
 * The closed catalogue of what may be wrong with an export or a part of it: by code, so that every door says it in its
 * own language; in English for the command line and for programs. `{name}` stands for a word or a sign of the export,
 * `{name, number}` for a number.
 */
export const importReasons = {
  // an entry
  'no-object': 'it is not an object',
  'no-id': 'it has no id (no “{field}”)',
  'no-messages': 'it has no messages (no “{field}”)',
  'no-id-no-messages': 'it has neither an id nor messages',
  'no-session': 'it is not a session',
  'no-chat-message': 'it is not a message of a chat',
  'few-fields': 'its number of fields is {fields, number}, which is too few',
  'not-of-export': 'it is not what an export holds, at {place}',
  'cycle': 'its messages form a cycle (at {message})',
  'entry-large': 'it has {size, number} bytes; at most {limit, number} are taken',
  'entry-deep': 'it is nested deeper than {levels, number} levels',
  'entry-missing': 'there is nothing before a “,”',
  'not-json': 'it is not valid JSON',
  'not-json-at': 'it is not valid JSON, at its character {character, number}',
  'not-utf8': 'it is not valid UTF-8, at byte {byte, number} of the file',
  // a conversation that was read and cannot be kept
  'models': 'it names {models, number} models, which is too many',
  'kept-deep': 'its data nests deeper than {levels, number} levels',
  'not-keepable': 'something in it cannot be kept',
  'message-deep': 'in its message {message, number}, data nests deeper than {levels, number} levels',
  'message-not-keepable': 'in its message {message, number}, something cannot be kept',
  'long-name': 'a name or title in it is too long to keep',
  'parts': 'it would take {parts, number} parts, which is too many',
  'memory': 'one conversation is larger than the memory set aside for imports',
  // a file
  'empty': 'it is empty',
  'blank': 'it holds nothing but white space',
  'no-files': 'it holds no files',
  'not-text': 'it is not text, at byte {byte, number}',
  'utf16': 'it is UTF-16 and not UTF-8, at byte 0',
  'breaks-off': 'it breaks off, at byte {byte, number}',
  'breaks-off-in-text': 'it breaks off inside a text, at byte {byte, number}',
  'breaks-off-in-quotes': 'it ends inside quotes, in row {row, number}',
  'breaks-off-in-entry': 'it breaks off inside an entry, at character {character, number}',
  'brackets': 'a bracket closes one of another kind, at byte {byte, number}',
  'after-end': 'something follows the end of the document, at byte {byte, number}',
  'name-missing': 'a name is missing, at byte {byte, number}',
  'value-missing': 'a value is missing, at byte {byte, number}',
  'mark-missing': 'a “{mark}” is missing, at byte {byte, number}',
  'no-list': 'it is not JSON with a list or an object, at byte {byte, number}',
  'row-large': 'row {row, number} has more than {limit, number} characters',
  'page-entry-large': 'an entry before character {character, number} has more than {limit, number} characters',
  'no-manifest': 'it does not say what an export says',
  'newer-version': 'it is of a newer version of the product ({version, number})',
  'no-format': 'it looks like none of: {formats}',
  // an archive or a folder
  'no-zip': 'it is not a whole ZIP archive',
  'no-zip-head': 'it does not begin like a ZIP archive',
  'packed-with': 'it is packed with {program}: unpack it yourself and import the folder',
  'packed-by-method': 'it is packed by method {method, number}: unpack the archive yourself and import the folder',
  'encrypted': 'it is encrypted',
  'more-entries': 'it has more entries than it says',
  'two-sizes': 'it has two sizes, {packed, number} and {unpacked, number}',
  'overlaps': 'it overlaps what follows it',
  'no-header': 'its header is missing',
  'bytes-broken': 'its compressed bytes are broken after byte {byte, number}',
  'ends-early': 'it ends at byte {byte, number} of {size, number}',
  'checksum': 'its checksum differs',
  'twice': 'it is there twice',
  'ratio': 'it has {packed, number} bytes that unpack to {unpacked, number}',
  'unpacks-to-more': 'it unpacks to more than the {size, number} bytes that it declares',
  'many-entries': 'it holds more than {limit, number} entries',
  'unpacks-beyond': 'it unpacks to more than {limit, number} bytes',
  'nested': 'it is nested too deep',
  'name-nul': 'the name holds a NUL character',
  'name-backslash': 'the name holds a backslash',
  'name-absolute': 'the path is absolute',
  'name-drive': 'the path begins with a drive letter',
  'name-upwards': 'the path leads upwards',
  'name-empty': 'the name is empty',
  'names-no-file': 'that names no file',
  'link': 'it is a link',
  'special': 'it is neither a file nor a folder',
  'outside': 'it leads outside the folder',
  // what was put right or left out
  'orphan': 'message {message} answers one that is not there; it begins a thread of its own',
  'not-utf8-throughout': 'it is not UTF-8 throughout, first at byte {byte, number}: what has such bytes in it is left out',
  'stopped': 'the import was stopped: what was stored until then is counted here',
} as const satisfies Record<string, string>

export type ImportReasonCode = keyof typeof importReasons

type Numbers<T> = T extends `${string}{${infer Name}, number}${infer Rest}` ? Last<Name> | Numbers<Rest> : never
/** What stands behind the last brace: `Name` may begin in a word before. */
type Last<T> = T extends `${string}{${infer Rest}` ? Last<Rest> : T
type Names<T> = T extends `${string}{${infer Name}}${infer Rest}` ? Head<Name> | Names<Rest> : never
type Head<T> = T extends `${infer Name}, number` ? Name : T
type ParamsOf<T> = { readonly [Name in Names<T>]: Name extends Numbers<T> ? number : string }

/** What is wrong, with what the sentence names. `params` come from an export: data, never markup. */
export interface ImportReason {
  readonly code: ImportReasonCode
  readonly params: Readonly<Record<string, string | number>>
}
/** What is wrong, and with what: `ref` is a place in an export (`takeout.zip!/conversations.json #17`), or empty. */
export interface ImportFault {
  readonly ref: string
  readonly reason: ImportReason
}

/** Characters of a word out of an export: a report is no place for more. */
const longest = 200

/** A reason with all that its sentence names. */
export function importReason<Code extends ImportReasonCode>(
  code: Code,
  ...[params]: Names<(typeof importReasons)[Code]> extends never ? [] : [ParamsOf<(typeof importReasons)[Code]>]
): ImportReason {
  const bounded: Record<string, string | number> = {}
  for (const [name, value] of Object.entries<string | number>(params ?? {}))
    bounded[name] = typeof value === 'string' && value.length > longest ? `${value.slice(0, longest)}…` : value
  return { code, params: bounded }
}

/** The reason in English: a clause without a full stop. */
export const wordsOf = ({ code, params }: ImportReason): string =>
  importReasons[code].replace(named, (_, name: string) => String(params[name] ?? ''))

/** A name in a sentence, and whether it is a number. */
const named = /\{(\w+)(, number)?\}/g
const isCode = (code: string | undefined): code is ImportReasonCode => code !== undefined && Object.hasOwn(importReasons, code)

/** The reason that a report gives by code; undefined where it is of another version of the product and has words only. */
export function knownReason(told: {
  code?: string | undefined
  params?: ImportReason['params'] | undefined
}): ImportReason | undefined {
  const { code, params = {} } = told
  if (!isCode(code)) return undefined
  for (const [, name = '', number] of importReasons[code].matchAll(named))
    if (typeof params[name] !== (number ? 'number' : 'string')) return undefined
  return { code, params }
}
