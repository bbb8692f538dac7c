import { type ReactNode, Suspense } from 'react'
import { chunk } from '../app/chunk.tsx'

export interface ConfirmProps {
  readonly title: string
  readonly children: ReactNode
  /** What the button does: “Delete”, never “OK”. */
  readonly action: string
  readonly danger?: boolean
  readonly busy?: boolean
  readonly confirm: () => void
  readonly close: () => void
}

const dialog = chunk(() => import('./confirm-dialog.tsx'))
/** Loads the question before it is asked. */
export const beginConfirm = dialog.begin

/** Asks before something that cannot be taken back; says what will be gone. */
export const Confirm = (props: ConfirmProps) => (
  <Suspense>
    <dialog.Part {...props} />
  </Suspense>
)
