/** What was opened since the page was, the last first. Forgotten with the page. */
import { useSyncExternalStore } from 'react'
import type { ConversationId } from '../../../node-core/contract/ids.ts'

const most = 7
let opened: readonly ConversationId[] = []
const listeners = new Set<() => void>()

export function rememberOpened(id: ConversationId): void {
  opened = [id, ...opened.filter((one) => one !== id)].slice(0, most)
  for (const listener of listeners) listener()
}

export function forgetOpened(id: ConversationId): void {
  if (!opened.includes(id)) return
  opened = opened.filter((one) => one !== id)
  for (const listener of listeners) listener()
}

const subscribe = (changed: () => void) => {
  listeners.add(changed)
  return () => listeners.delete(changed)
}
export const useRecentlyOpened = (): readonly ConversationId[] => useSyncExternalStore(subscribe, () => opened)
