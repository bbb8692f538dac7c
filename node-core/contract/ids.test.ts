import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ConversationId,
  entityPattern,
  fromBase32,
  messageIdOf,
  messagePattern,
  splitMessageId,
  splitUnitId,
  toBase32,
  unitIdOf,
  unitPattern,
} from './ids.ts'

const entity = fc.uint8Array({ minLength: 16, maxLength: 16 })
const inside = fc.uint8Array({ minLength: 8, maxLength: 8 })

describe('ids', () => {
  it('are told by their pattern and come back as the same bytes', () => {
    fc.assert(
      fc.property(entity, inside, fc.nat(9_999_999), (conversation, message, index) => {
        const id = toBase32(conversation) as ConversationId
        const messageId = messageIdOf(id, message)
        const unitId = unitIdOf(messageId, index)
        expect(id).toMatch(entityPattern)
        expect(messageId).toMatch(messagePattern)
        expect(unitId).toMatch(unitPattern)
        expect(fromBase32(id)).toEqual(conversation)
        expect(splitMessageId(messageId)).toEqual({ conversation: id, message })
        expect(splitUnitId(unitId)).toEqual({ conversation: id, message: messageId, index })
      }),
    )
  })

  it('have one spelling: what passes the pattern can be decoded', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz234567'), minLength: 26, maxLength: 26 })
    fc.assert(
      fc.property(letters, (text) => {
        if (entityPattern.test(text)) expect(toBase32(fromBase32(text))).toBe(text)
        else expect(() => fromBase32(text)).toThrow()
      }),
    )
    expect('b'.repeat(26)).not.toMatch(entityPattern)
  })
})
