import { Dialog, DialogHeading } from '@ariakit/react'
import { useId, useState } from 'react'
import { useIntl } from 'react-intl'
import type { Capability } from '../../../node-core/contract/method.ts'
import { useNow } from '../../app/clock.tsx'
import { useText } from '../../app/language.tsx'
import { useSession } from '../../app/session-context.tsx'
import { Button } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import dialog from '../../components/dialog.module.css'
import fields from '../../components/fields.module.css'
import { ErrorNotice } from '../../components/notice.tsx'
import { useCreateLink } from '../../queries/sessions.ts'
import { useStatus } from '../../queries/status.ts'
import { Choice } from './choice.tsx'
import css from './new-link.module.css'
import { givable, type Right, rights } from './session-rights.ts'

/** Makes a sign-in link for another browser and shows it, once. */
export function NewLink({ own, close }: { own: readonly Capability[]; close: () => void }) {
  const text = useText()
  const offered = givable(own)
  const [right, setRight] = useState<Right>(offered.at(-1) ?? 'read')
  const make = useCreateLink()
  return (
    <Dialog open onClose={close} className={dialog.dialog} backdrop={<div className={dialog.backdrop} />}>
      <DialogHeading className={dialog.heading}>{text('settings.link.title')}</DialogHeading>
      {make.data ? (
        <MadeLink behind={make.data.link} expires={make.data.expiresAt} />
      ) : (
        <>
          <p>{text('settings.link.text')}</p>
          <Choice
            name={text('settings.link.may')}
            value={right}
            change={setRight}
            options={offered.map((one) => ({
              value: one,
              label: text(`settings.link.may.${one}`),
              more: text(`settings.link.may.${one}.more`),
            }))}
          />
          {make.error && <ErrorNotice error={make.error} />}
        </>
      )}
      <div className={dialog.actions}>
        <Button onClick={close}>{text(make.data ? 'app.done' : 'app.cancel')}</Button>
        {!make.data && (
          <Button kind="primary" disabled={make.isPending} onClick={() => make.mutate([...rights[right]])}>
            {text('settings.link.make')}
          </Button>
        )}
      </div>
    </Dialog>
  )
}

/** What was asked for a moment ago has the focus, ready to be copied. */
const select = (field: HTMLInputElement | null) => field?.select()

function MadeLink({ behind, expires }: { behind: string; expires: number }) {
  const text = useText()
  const intl = useIntl()
  const field = useId()
  const { data: status } = useStatus()
  const inBrowser = useSession() !== undefined
  const left = Math.max(0, Math.ceil((expires - useNow(1000)) / 1000))
  // A browser knows by which name it came here; the desktop window came by none.
  const link = `${inBrowser ? location.origin : (status?.address ?? '')}${behind}`
  const two = { minimumIntegerDigits: 2 }
  return (
    <>
      <label htmlFor={field}>{text('settings.link.made')}</label>
      <div className={css.link}>
        <input
          id={field}
          className={fields.field}
          data-exact
          dir="ltr"
          readOnly
          ref={select}
          autoComplete="off"
          value={link}
          onFocus={({ target }) => target.select()}
        />
        <CopyButton content={link} wide />
      </div>
      <p className={css.left} data-over={left === 0 || undefined}>
        {left > 0
          ? text('settings.link.left', {
              time: `${intl.formatNumber(Math.floor(left / 60))}:${intl.formatNumber(left % 60, two)}`,
            })
          : text('settings.link.over')}
      </p>
      <p role="status" className="visually-hidden">
        {left === 0 && text('settings.link.over')}
      </p>
      {status?.reach === 'machine' && <p className={css.soft}>{text('settings.link.machine')}</p>}
    </>
  )
}
