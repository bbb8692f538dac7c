/** Ids of imported things: the same on every device of an owner, whoever imports them. */
import { hash } from 'node:crypto'
import type { Source } from '../contract/content.ts'
import type { Did } from '../contract/ids.ts'

/** 16 bytes. The owner is in it, so that equal conversations of two people share nothing. */
export const conversationIdFor = (owner: Did, source: Source, key: string): Uint8Array =>
  hash('sha256', `vivim/v1/conversation\0${owner}\0${source}\0${key}`, 'buffer').subarray(0, 16)

/** 8 bytes as 16 hex digits, inside its conversation. */
export const messageKeyFor = (id: string): string => hash('sha256', `vivim/v1/message\0${id}`, 'hex').slice(0, 16)
