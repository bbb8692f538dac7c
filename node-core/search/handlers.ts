/** The function of `contract/api/search.ts`. */
import type { search } from '../contract/api/search.ts'
import { roles } from '../contract/content.ts'
import { VivimError } from '../contract/errors.ts'
import type { Cursor, Did } from '../contract/ids.ts'
import type { Handlers, Input as InputOf } from '../contract/method.ts'
import { documentRoles } from '../ports/documents.ts'
import type { FoundDocument, FoundTexts } from '../ports/found.ts'
import { parseQuery, type Query } from './query.ts'
import type { After } from './score.ts'
import type { SearchIndex } from './search.ts'
import { type Snippet, snippet } from './snippet.ts'

export interface SearchHandlerParts {
  indexOf(account: number): SearchIndex
  texts: FoundTexts
  accountOf(did: Did): { id: number }
}

type Input = InputOf<(typeof search)['search.find']>

/** Snippets of messages longer than this are looked for in its beginning alone. */
const SNIPPET_FROM = 200_000

export function searchHandlers({ indexOf, texts, accountOf }: SearchHandlerParts): Handlers<typeof search> {
  return {
    async 'search.find'({ q, prefix, kind, role, model, from, to, order, cursor, limit, ...others }, { account: did, signal }) {
      const { id: account } = accountOf(did)
      const wanted = wantedRoles(kind, role)
      const query = parseQuery(q, { lastIsPrefix: prefix })
      const result = await indexOf(account).search(
        query,
        {
          limit,
          order: order === 'newest' ? 'newest' : 'best',
          conversation: await texts.allowed(account, { ...others, model }),
          ...(wanted ? { roles: wanted } : {}),
          ...(model ? { models: new Set(model) } : {}),
          ...(from !== undefined ? { from: Math.ceil(from / 1000) } : {}),
          ...(to !== undefined ? { to: Math.ceil(to / 1000) } : {}),
          ...(cursor ? { after: parseCursor(cursor) } : {}),
        },
        signal,
      )
      const found = await Promise.all(result.hits.map(async (hit) => ({ hit, document: await texts.document(account, hit) })))
      const last = result.hits.at(-1)
      return {
        items: found.flatMap(({ hit, document }) => (document ? [hitView(document, query, hit.score)] : [])),
        next: result.more && last ? cursorOf(last) : null,
        total: result.estimatedTotal,
      }
    },
  }
}

/** What the index calls roles, for kinds and roles together; undefined where everything may be found. */
function wantedRoles(kinds: Input['kind'], ofMessages: Input['role']): ReadonlySet<number> | undefined {
  if (!kinds && !ofMessages) return undefined
  const wanted = new Set<number>()
  for (const kind of kinds ?? ['message'])
    if (kind === 'message') for (const one of ofMessages ?? roles) wanted.add(roles.indexOf(one))
    else wanted.add(documentRoles[kind])
  return wanted
}

function hitView(document: FoundDocument, query: Query, score: number) {
  const { conversation, kind, message, note, role, time, text } = document
  const piece = snippet(text.slice(0, SNIPPET_FROM), query)
  const unit = document.unitWith(excerptOf(piece))
  return {
    conversation,
    kind,
    ...(message ? { message } : {}),
    ...(unit ? { unit } : {}),
    ...(note ? { note } : {}),
    role,
    time,
    snippet: { text: piece.text, marks: piece.marks.map(([from, to]): [number, number] => [from, to]) },
    score,
  }
}

/** The line of the snippet that holds its first mark: enough to tell in which unit it stands. */
function excerptOf({ text, marks }: Snippet): string {
  const [from, to] = marks[0] ?? [0, 0]
  const start = text.lastIndexOf('\n', from) + 1
  const end = text.indexOf('\n', to)
  return text.slice(start, end === -1 ? text.length : end).replace(/^…|…$/g, '')
}

const cursorOf = ({ score, conversation, ordinal }: After): Cursor =>
  Buffer.from(JSON.stringify([score, conversation, ordinal])).toString('base64url') as Cursor
function parseCursor(cursor: Cursor): After {
  try {
    const [score, conversation, ordinal]: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (typeof score === 'number' && typeof conversation === 'number' && typeof ordinal === 'number')
      return { score, conversation, ordinal }
  } catch {
    // falls through to the answer for whatever is no cursor
  }
  throw new VivimError('bad-request', 'cursor: not of this listing.')
}
