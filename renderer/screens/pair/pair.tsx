import { useEffect, useState } from 'react'
import { isVivimError } from '../../../node-core/contract/errors.ts'
import { fingerprintOf } from '../../../node-core/contract/pairing.ts'
import { useText } from '../../app/language.tsx'
import type { Session } from '../../app/session.ts'
import { Button } from '../../components/button.tsx'
import { ErrorNotice, Notice } from '../../components/notice.tsx'
import { makeDeviceKeys, type PairedDevice } from '../../device/key.ts'
import { claim, follow, type PendingPairing } from '../../device/pairing.ts'
import { Gate } from '../gate/gate.tsx'
import { Introduce } from './introduce.tsx'
import css from './pair.module.css'

type Claimed = PendingPairing & Required<Pick<PendingPairing, 'claimed'>>
const isClaimed = (pairing: PendingPairing): pairing is Claimed => pairing.claimed !== undefined

/** Where this browser becomes a device: by a link's secret, else by a code that the person types; or goes on with what it began. */
export default function Pair({ session, secret }: { session: Session; secret: string | undefined }) {
  const text = useText()
  const { pairing: parts } = session
  const [begun, setBegun] = useState<PendingPairing | 'none'>()
  const [kept, setKept] = useState<PairedDevice>()
  const [failed, setFailed] = useState<unknown>()
  /** Where the node says that this device's key was in use twice, it comes with a new one. */
  const claimAsNew = async (pairing: PendingPairing): Promise<PendingPairing> => {
    try {
      return await claim(parts, pairing)
    } catch (error) {
      const keys = isVivimError(error, 'device-forked') ? await makeDeviceKeys(crypto) : undefined
      if (!keys) throw error
      setKept(await parts.device.load())
      return await claim(parts, { ...pairing, keys })
    }
  }
  const ask = (pairing: PendingPairing) => {
    setFailed(undefined)
    claimAsNew(pairing).then(setBegun, (error: unknown) => {
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
      <h1>{text(kept ? 'devices.pair.again.title' : 'devices.pair.new.title')}</h1>
      <p>
        {kept
          ? text(kept.forked ? 'devices.pair.again.forked' : 'devices.pair.again', { name: kept.name })
          : text('devices.pair.new.text')}
      </p>
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
