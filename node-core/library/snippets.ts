/** What a person writes into the library themself: a conversation of one message by them, that no import brought. */
import { decode } from '@ipld/dag-cbor'
import type { snippets } from '../contract/api/snippets.ts'
import type { Conversation } from '../contract/content.ts'
import { isVivimError, VivimError } from '../contract/errors.ts'
import { type ConversationId, type Did, entityPattern, fromBase32, toBase32 } from '../contract/ids.ts'
import type { Handlers } from '../contract/method.ts'
import type { Change } from '../log/append.ts'
import type { Clock, RandomBytes } from '../ports/clock.ts'
import { encodeConversation } from './encode.ts'
import { conversationIdFor } from './ids.ts'
import { encodeParts } from './pack.ts'
import type { AccountRef, Library } from './read.ts'
import { tagsOf } from './tag-reads.ts'
import { summaryOf } from './views.ts'

export interface SnippetHandlerParts {
  library: Library
  accountOf(did: Did): AccountRef
  append(account: number, changes: readonly Change[]): Promise<unknown>
  clock: Clock
  random: RandomBytes
}

const beginning = 'snippet-'
/** The only message's id. */
const TEXT = 'text'

/** The `import` of a snippet's own event, which no import of the account's is; undefined of other conversations. */
export function ownImport(source: string, key: string): string | undefined {
  const id = key.slice(beginning.length)
  return source === 'vivim' && key.startsWith(beginning) && entityPattern.test(id) ? id : undefined
}

export function snippetHandlers(parts: SnippetHandlerParts): Handlers<typeof snippets> {
  const { library, accountOf, append, clock, random } = parts
  const summary = async (account: AccountRef, id: ConversationId) => {
    const tree = await library.tree(await library.find(account, id))
    return summaryOf(tree, await tagsOf(library, account, tree.row.id))
  }
  return {
    async 'library.capture'({ text, title, tags, key: given }, { account: did }) {
      const account = accountOf(did)
      const own = given ?? toBase32(random(16))
      const now = clock.now()
      const conversation: Conversation = {
        source: 'vivim',
        key: `${beginning}${own}`,
        ...(title === undefined ? {} : { title: title.toWellFormed() }),
        created: now,
        updated: now,
        messages: [{ id: TEXT, parent: null, role: 'user', time: now, parts: [{ type: 'text', text: text.toWellFormed() }] }],
      }
      const name = conversationIdFor(account.did, conversation.source, conversation.key)
      const id = toBase32(name) as ConversationId
      try {
        // whoever got no answer asks again
        return await summary(account, id)
      } catch (error) {
        if (!isVivimError(error, 'not-found')) throw error
      }
      const target = { conversation: name }
      const encoded = await encodeConversation(conversation, noSpill)
      const meta = {
        conversation: name,
        incarnation: 0,
        import: fromBase32(own),
        source: conversation.source,
        key: conversation.key,
      }
      await append(account.id, [
        {
          type: 'library.conversations-imported',
          parts: encodeParts({ ...meta, updated: encoded.updated }, encoded).map(({ value }) => decode(value)),
        },
        ...tags.map((tag) => ({ type: 'library.tagged' as const, parts: [{ target, tag: tag.toWellFormed(), on: true }] })),
      ])
      try {
        return await summary(account, id)
      } catch (error) {
        // deleted since it was first captured under that key
        if (isVivimError(error, 'not-found')) throw new VivimError('conflict', 'That snippet was deleted.')
        throw error
      }
    },
  }
}

/** A snippet is shorter than what is kept apart. */
const noSpill = (): Promise<string> => Promise.reject(new VivimError('too-large'))
