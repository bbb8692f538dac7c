/** What a catalogue is: a text for every id that the English one has. */
import type en from './en/index.ts'

export type MessageId = keyof typeof en
export type Messages = Readonly<Record<MessageId, string>>
