import { Dialog, DialogDescription, DialogHeading } from '@ariakit/react'
import type { ReactNode } from 'react'
import { useText } from '../app/language.tsx'
import { Button } from './button.tsx'
import css from './dialog.module.css'

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

/** The question itself; see confirm.tsx. */
export default function ConfirmDialog(props: ConfirmProps) {
  const text = useText()
  return (
    <Dialog open onClose={props.close} className={css.dialog} backdrop={<div className={css.backdrop} />} role="alertdialog">
      <DialogHeading className={css.heading}>{props.title}</DialogHeading>
      <DialogDescription render={<div />} className={css.text}>
        {props.children}
      </DialogDescription>
      <div className={css.actions}>
        <Button onClick={props.close}>{text('app.cancel')}</Button>
        <Button kind={props.danger ? 'danger' : 'primary'} disabled={props.busy} onClick={props.confirm}>
          {props.action}
        </Button>
      </div>
    </Dialog>
  )
}
