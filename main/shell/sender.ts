/** Who may speak to the app. */
import { mayNavigate } from '../windows/policy.ts'

/** Who sent a message: the frame's address, absent where the frame is gone. */
export interface Sender {
  readonly senderFrame: { readonly url: string; readonly parent: unknown } | null
}

/** Only the app's own page, as a window's outermost frame, may ask. */
export const isPage = ({ senderFrame }: Sender): boolean =>
  senderFrame !== null && senderFrame.parent === null && mayNavigate(senderFrame.url)
