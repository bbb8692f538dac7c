/** What every catalogue has to hold. English is the measure. */
import type en from './en/index.ts'

export type MessageId = keyof typeof en
export type Messages = Readonly<Record<MessageId, string>>
