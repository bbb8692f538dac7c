import { type KeyboardEvent, useId } from 'react'
import { useText } from '../../app/language.tsx'
import { isMac } from '../../app/shell.tsx'
import { Button } from '../../components/button.tsx'
import fields from '../../components/fields.module.css'
import { ErrorNotice } from '../../components/notice.tsx'
import { Actions, Part } from '../../components/parts.tsx'
import { useCaptureShortcut, useChooseShortcut } from '../../queries/capture-shortcut.ts'
import { acceleratorOf } from './accelerator.ts'
import css from './quick-capture.module.css'

/** The shortcut that opens a small window for a snippet from anywhere; only where the page runs in the desktop window. */
export function QuickCapture() {
  const text = useText()
  const field = useId()
  const hint = useId()
  const { data: shortcut } = useCaptureShortcut()
  const choose = useChooseShortcut()
  if (!shortcut) return null
  const { keys, is } = shortcut
  const press = (event: KeyboardEvent) => {
    // the way on and out of the field stays
    if (event.key === 'Tab' || event.key === 'Escape') return
    event.preventDefault()
    const pressed = acceleratorOf(event.nativeEvent, isMac)
    if (pressed) choose.mutate(pressed)
  }
  return (
    <Part title={text('settings.capture')}>
      <p>{text('settings.capture.text')}</p>
      <div className={`${fields.form} ${css.form}`}>
        <label htmlFor={field}>{text('settings.capture.keys')}</label>
        <input
          id={field}
          className={fields.field}
          dir="ltr"
          readOnly
          autoComplete="off"
          aria-describedby={hint}
          placeholder={text('settings.capture.none')}
          value={keys?.split('+').join(' + ') ?? ''}
          onKeyDown={press}
        />
        <p id={hint} className={css.hint}>
          {text('settings.capture.hint')}
        </p>
        <p role="status" className={css.state} data-state={is}>
          {is !== 'off' && text(`settings.capture.is.${is}`)}
        </p>
        {choose.error && <ErrorNotice error={choose.error} />}
        {keys !== null && (
          <Actions>
            <Button disabled={choose.isPending} onClick={() => choose.mutate(null)}>
              {text('settings.capture.off')}
            </Button>
          </Actions>
        )}
      </div>
    </Part>
  )
}
