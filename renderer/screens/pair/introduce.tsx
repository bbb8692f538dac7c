import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { readCode } from '../../../node-core/contract/pairing.ts'
import { useText } from '../../app/language.tsx'
import { browserName } from '../../app/location.ts'
import { useOfflineStanding } from '../../app/offline-context.tsx'
import { Button } from '../../components/button.tsx'
import { Confirm } from '../../components/confirm.tsx'
import fields from '../../components/fields.module.css'
import { NameField } from '../../components/name-field.tsx'
import { Notice } from '../../components/notice.tsx'
import { makeDeviceKeys, type PairedDevice } from '../../device/key.ts'
import type { PendingPairing } from '../../device/pairing.ts'
import type { MessageId } from '../../messages/shape.ts'
import css from './pair.module.css'

const isPhone = /Android|iPhone|iPad|Mobile/.test(navigator.userAgent)

/** The device says its name, and the code where no link brought a secret; one that was let in before comes as what it is. */
export function Introduce(props: {
  secret: string | undefined
  kept: PairedDevice | undefined
  ask: (pairing: PendingPairing) => void
  leave: () => void
  forget: () => void
}) {
  const text = useText()
  const { kept } = props
  const [name, setName] = useState(() => browserName(navigator.userAgent))
  const [code, setCode] = useState('')
  const [fault, setFault] = useState<MessageId>()
  const [busy, setBusy] = useState(false)
  const ids = { code: useId(), fault: useId() }
  const field = useRef<HTMLInputElement>(null)
  // It is what is asked for; and where it was wrong, what is put right.
  useEffect(() => {
    if (fault === undefined || fault === 'devices.pair.code.wrong') field.current?.focus()
  }, [fault])
  const begin = async (event: FormEvent) => {
    event.preventDefault()
    const secret = props.secret ?? readCode(code)
    if (secret === undefined) return setFault('devices.pair.code.wrong')
    if (name.trim() === '') return setFault('devices.pair.name.missing')
    setBusy(true)
    const keys = kept && !kept.forked ? kept : await makeDeviceKeys(crypto)
    setBusy(false)
    if (!keys) return setFault(window.isSecureContext ? 'devices.pair.old' : 'devices.pair.insecure')
    setFault(undefined)
    props.ask({ keys, name: (kept?.name ?? name).trim().slice(0, 200), kind: isPhone ? 'phone' : 'browser', secret })
  }
  return (
    <form className={`${fields.form} ${css.form}`} onSubmit={(event) => void begin(event)} noValidate>
      {!kept && <NameField label={text('devices.pair.name')} value={name} change={setName} />}
      {props.secret === undefined && (
        <>
          <label htmlFor={ids.code}>{text('devices.pair.code')}</label>
          <input
            ref={field}
            id={ids.code}
            className={`${fields.field} ${css.code}`}
            value={code}
            maxLength={20}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            dir="ltr"
            placeholder="ABCD-EFGH"
            aria-invalid={fault === 'devices.pair.code.wrong'}
            aria-describedby={fault ? ids.fault : undefined}
            onChange={({ target }) => setCode(target.value)}
          />
        </>
      )}
      {fault && (
        <div id={ids.fault}>
          <Notice kind="danger">
            <p>{text(fault)}</p>
          </Notice>
        </div>
      )}
      <div className={css.actions}>
        <Button type="submit" kind="primary" disabled={busy}>
          {text('devices.pair.ask')}
        </Button>
        <Button onClick={props.leave}>{text('app.cancel')}</Button>
      </div>
      {kept && <Afresh forget={props.forget} />}
    </form>
  )
}

/** Forgetting the device that this browser was: what waits here to be sent goes with it, so it is asked first. */
function Afresh({ forget }: { forget: () => void }) {
  const text = useText()
  const { figures } = useOfflineStanding()
  const lost = (figures?.waiting ?? 0) + (figures?.refused.length ?? 0)
  const [asking, setAsking] = useState(false)
  return (
    <>
      <Button kind="quiet" onClick={() => setAsking(true)}>
        {text('devices.pair.again.new')}
      </Button>
      {asking && (
        <Confirm
          title={text('devices.pair.afresh.title')}
          action={text('devices.pair.afresh.action')}
          danger
          confirm={forget}
          close={() => setAsking(false)}
        >
          <p>{text('devices.pair.afresh.text')}</p>
          {lost > 0 && <p>{text('devices.pair.afresh.lost', { count: lost })}</p>}
        </Confirm>
      )}
    </>
  )
}
