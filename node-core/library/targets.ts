/** What notes and tags hang on, as events say it and as the contract does. Pure. */
import type { EventTarget } from '../contract/events.ts'
import {
  type ConversationId,
  type MessageId,
  messagePattern,
  splitMessageId,
  splitUnitId,
  toBase32,
  type UnitId,
  unitIdOf,
  unitPattern,
} from '../contract/ids.ts'
import { idOfEntry } from './views.ts'

export type TargetId = ConversationId | MessageId | UnitId

/** The parts of a target's id. */
export function partsOf(id: TargetId): { conversation: ConversationId; message?: MessageId; index?: number } {
  if (unitPattern.test(id)) return splitUnitId(id as UnitId)
  if (messagePattern.test(id)) return { conversation: splitMessageId(id as MessageId).conversation, message: id as MessageId }
  return { conversation: id as ConversationId }
}
/** The contract's id of a target. */
export function idOf({ conversation, message, unit }: EventTarget): TargetId {
  const whole = toBase32(conversation) as ConversationId
  if (!message) return whole
  const inside = idOfEntry(whole, Buffer.from(message).toString('hex'))
  return unit === undefined ? inside : unitIdOf(inside, unit)
}
