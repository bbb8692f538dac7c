import { createContext, useContext } from 'react'
import type { ConversationId } from '../../../node-core/contract/ids.ts'

const Context = createContext<ConversationId | undefined>(undefined)
export const ReaderConversationProvider = Context

/** The conversation that is read. */
export function useReaderConversation(): ConversationId {
  const conversation = useContext(Context)
  if (!conversation) throw new Error('There is no reader above this component.')
  return conversation
}
