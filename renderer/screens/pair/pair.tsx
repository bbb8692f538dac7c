import { type FormEvent, useEffect, useId, useState } from 'react'
import { isVivimError } from '../../../node-core/contract/errors.ts'
import { fingerprintOf, readCode } from '../../../node-core/contract/pairing.ts'
import { useText } from '../../app/language.tsx'
import { browserName } from '../../app/location.ts'
import type { Session } from '../../app/session.ts'
import { Button } from '../../components/button.tsx'
import fields from '../../components/fields.module.css'
import { ErrorNotice, Notice } from '../../components/notice.tsx'
import { makeDeviceKeys, type PairedDevice } from '../../device/key.ts'
import { claim, follow, type PendingPairing } from '../../device/pairing.ts'
import type { MessageId } from '../../messages/shape.ts'
import { Gate } from '../gate/gate.tsx'
import css from './pair.module.css'

type Claimed = PendingPairing & Required<Pick<PendingPairing, 'claimed'>>
const isClaimed = (pairing: PendingPairing): pairing is Claimed => pairing.claimed !== undefined
const isPhone = /Android|iPhone|iPad|Mobile/.test(navigator.userAgent)

/** Where this browser becomes a device: by a link's secret, else by a code that the person types; or goes on with what it began. */
export default function Pair({ session, secret }: { session: Session; secret: string | undefined }) {
  const text = useText()
  const { pairing: parts } = session
  const [begun, setBegun] = useState<PendingPairing | 'none'>()
  const [kept, setKept] = useState<PairedDevice>()
  const [failed, setFailed] = useState<unknown>()
  const ask = (pairing: PendingPairing) => {
    setFailed(undefined)
    claim(parts, pairing).then(setBegun, (error: unknown) => {
      setFailed(error)
      setBegun(isVivimError(error, 'unavailable') ? pairing : 'none')
    })
  }
  useEffect(() => {
    // A link that was opened anew outdoes what was begun before; the same one goes on with it.
    const restore = async () => {
      setKept(await parts.device.load())
      const kept = await parts.pending.load()
      return kept && (secret === undefined || kept.secret === secret) ? kept : ('none' as const)
    }
    restore().then(setBegun, () => setBegun('none'))
  }, [parts, secret])
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once for what was begun and has no answer
  useEffect(() => {
    if (begun !== undefined && begun !== 'none' && !isClaimed(begun) && failed === undefined) ask(begun)
  }, [begun])

  const leave = async () => {
    await parts.pending.clear()
    await session.start()
  }
  if (begun === undefined) return <Gate busy>{text('app.starting')}</Gate>
  if (begun !== 'none' && isClaimed(begun)) return <Waiting session={session} pairing={begun} leave={leave} />
  return (
    <Gate>
      <h1>{text('devices.pair.new.title')}</h1>
      <p>{text('devices.pair.new.text')}</p>
      {failed !== undefined && <ErrorNotice error={failed} />}
      {begun === 'none' ? (
        // What a used link brought is worth nothing: the code is asked for instead.
        <Introduce
          secret={failed === undefined ? secret : undefined}
          kept={kept}
          ask={ask}
          leave={leave}
          forget={() => session.forget()}
        />
      ) : (
        <Button kind="primary" onClick={() => ask(begun)}>
          {text('app.again')}
        </Button>
      )}
    </Gate>
  )
}

/** The device says its name, and the code where no link brought a secret; one that was let in before comes as what it is. */
function Introduce(props: {
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
  const ids = { name: useId(), code: useId(), fault: useId() }
  const begin = async (event: FormEvent) => {
    event.preventDefault()
    const secret = props.secret ?? readCode(code)
    if (secret === undefined) return setFault('devices.pair.code.wrong')
    if (name.trim() === '') return setFault('devices.pair.name.missing')
    setBusy(true)
    const keys = kept ?? (await makeDeviceKeys(crypto))
    setBusy(false)
    if (!keys) return setFault(window.isSecureContext ? 'devices.pair.old' : 'devices.pair.insecure')
    setFault(undefined)
    props.ask({ keys, name: (kept?.name ?? name).trim().slice(0, 200), kind: isPhone ? 'phone' : 'browser', secret })
  }
  return (
    <form className={`${fields.form} ${css.form}`} onSubmit={(event) => void begin(event)} noValidate>
      {kept ? (
        <p>{text('devices.pair.again', { name: kept.name })}</p>
      ) : (
        <>
          <label htmlFor={ids.name}>{text('devices.pair.name')}</label>
          <input
            id={ids.name}
            className={fields.field}
            value={name}
            maxLength={200}
            autoComplete="off"
            dir="auto"
            onChange={({ target }) => setName(target.value)}
          />
        </>
      )}
      {props.secret === undefined && (
        <>
          <label htmlFor={ids.code}>{text('devices.pair.code')}</label>
          <input
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
      {kept && (
        <Button kind="quiet" onClick={props.forget}>
          {text('devices.pair.again.new')}
        </Button>
      )}
    </form>
  )
}

/** The device's number, until somebody says on the other screen that it is the same there. */
function Waiting({ session, pairing, leave }: { session: Session; pairing: Claimed; leave: () => Promise<void> }) {
  const text = useText()
  const [answers, setAnswers] = useState(true)
  const [ended, setEnded] = useState<'refused' | 'over' | Error>()
  useEffect(() => {
    const abort = new AbortController()
    follow(session.pairing, pairing, setAnswers, abort.signal)
      .then((outcome) => (outcome === 'confirmed' ? session.paired() : setEnded('refused')))
      .catch((error: unknown) => {
        if (abort.signal.aborted) return
        setEnded(isVivimError(error, 'pairing-invalid') ? 'over' : error instanceof Error ? error : new Error(String(error)))
      })
    return () => abort.abort()
  }, [session, pairing])
  if (ended === 'refused' || ended === 'over')
    return (
      <Gate>
        <h1>{text(`devices.pair.${ended}.title`)}</h1>
        <p>{text(`devices.pair.${ended}.text`)}</p>
        <Button kind="primary" onClick={() => void leave()}>
          {text('devices.pair.back')}
        </Button>
      </Gate>
    )
  return (
    <Gate>
      <h1>{text('devices.pair.waiting.title')}</h1>
      <p>{text('devices.pair.waiting.text', { name: pairing.name })}</p>
      <output className={css.number} dir="ltr">
        {fingerprintOf(pairing.keys.did, pairing.keys.encryption)}
      </output>
      {!answers && (
        <Notice kind="warning">
          <p>{text('devices.pair.unreachable')}</p>
        </Notice>
      )}
      {ended && <ErrorNotice error={ended} />}
      <Button onClick={() => void leave()}>{text('app.cancel')}</Button>
    </Gate>
  )
}
