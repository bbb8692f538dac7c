import { chunk } from '../app/chunk.tsx'
import type { ConfirmProps } from './confirm-dialog.tsx'

const dialog = chunk(() => import('./confirm-dialog.tsx'))
/** Loads the question before it is asked. */
export const beginConfirm = dialog.begin

/** Asks before something that cannot be taken back; says what will be gone. */
export const Confirm = (props: ConfirmProps) => <dialog.Part {...props} />
