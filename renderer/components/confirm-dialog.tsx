import { Dialog, DialogDescription, DialogHeading } from '@ariakit/react'
import { useText } from '../app/language.tsx'
import { Button } from './button.tsx'
import type { ConfirmProps } from './confirm.tsx'
import css from './dialog.module.css'

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
