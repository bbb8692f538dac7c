import { useCallback } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import { type ConversationId, type MessageId, messagePattern, type UnitId, unitPattern } from '../../../node-core/contract/ids.ts'

/** What the address says beside the conversation: which branch, and which unit to open at. Anything else in it is left out. */
export function useAddress(conversation: ConversationId) {
  const [, navigate] = useLocation()
  const [search] = useSearchParams()
  const wantedLeaf = search.get('leaf') ?? ''
  const wantedUnit = search.get('unit') ?? ''
  const leaf = isMessage(wantedLeaf) && wantedLeaf.startsWith(conversation) ? wantedLeaf : undefined
  const unit = isUnit(wantedUnit) && wantedUnit.startsWith(conversation) ? wantedUnit : undefined
  /** Shows another branch in the same entry of the history. */
  const setLeaf = useCallback(
    (message: MessageId | undefined, at?: UnitId) =>
      navigate(addressOf(conversation, { ...(at ? { unit: at } : {}), ...(message ? { leaf: message } : {}) }), {
        replace: true,
      }),
    [navigate, conversation],
  )
  return { leaf, unit, setLeaf }
}

export function addressOf(conversation: ConversationId, rest: { unit?: UnitId; leaf?: MessageId } = {}): string {
  const search = new URLSearchParams(rest).toString()
  return `/c/${conversation}${search && `?${search}`}`
}

const isMessage = (id: string): id is MessageId => messagePattern.test(id)
export const isUnit = (id: string): id is UnitId => unitPattern.test(id)
