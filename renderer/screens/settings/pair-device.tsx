import { Dialog, DialogHeading } from '@ariakit/react'
import { useEffect, useState } from 'react'
import { useIntl } from 'react-intl'
import { mayBeFull, showCode } from '../../../node-core/contract/pairing.ts'
import { useNow } from '../../app/clock.tsx'
import { useText } from '../../app/language.tsx'
import { useSession } from '../../app/session-context.tsx'
import { Button } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import dialog from '../../components/dialog.module.css'
import { Loading } from '../../components/loading.tsx'
import { ErrorNotice, Notice } from '../../components/notice.tsx'
import { type Device, type Pairing, useChangePairing, usePairings } from '../../queries/devices.ts'
import { Choice } from './choice.tsx'
import css from './pair-device.module.css'
import { QrCode } from './qr-code.tsx'

/**
 * Lets a device in: shows how it comes here, then what it says of itself, and asks. `begun`: a pairing that is open already.
 * `paired` is told the device that was let in.
 */
export function PairDevice(props: { begun: Pairing | undefined; paired: (device: Device) => void; close: () => void }) {
  const text = useText()
  const { create, confirm, cancel } = useChangePairing()
  const [id, setId] = useState(props.begun?.pairing)
  const { data, error } = usePairings(id !== undefined, true)
  const [first] = useState(() => create.mutate)
  useEffect(() => {
    if (id === undefined) first(undefined, { onSuccess: ({ pairing }) => setId(pairing) })
  }, [id, first])

  const pairing = data?.items.find(({ pairing }) => pairing === id)
  // The list may be older than the pairing: it is over when it was there once.
  const [seen, setSeen] = useState(props.begun !== undefined)
  if (pairing && !seen) setSeen(true)
  const over = seen && data !== undefined && !pairing && !confirm.isSuccess && !confirm.isPending
  const close = () => {
    // What nobody claimed is closed with its dialog; a device that waits is not turned away by accident.
    if (pairing && !pairing.device && !confirm.isSuccess) cancel.mutate(pairing.pairing)
    props.close()
  }
  const refuse = () => {
    if (pairing) cancel.mutate(pairing.pairing, { onSuccess: props.close })
  }
  const [full, setFull] = useState<Full>('no')
  const agree = () => {
    if (pairing) confirm.mutate({ pairing, full: full === 'yes' }, { onSuccess: props.paired })
  }
  const fault = create.error ?? confirm.error ?? cancel.error ?? error
  const waits = pairing?.device && !confirm.isSuccess
  return (
    <Dialog open onClose={close} className={dialog.dialog} backdrop={<div className={dialog.backdrop} />}>
      <DialogHeading className={dialog.heading}>
        {text(waits ? 'devices.confirm.title' : confirm.isSuccess ? 'devices.paired.title' : 'devices.add.title')}
      </DialogHeading>
      {confirm.data ? (
        <p>{text('devices.paired.text', { name: confirm.data.name })}</p>
      ) : pairing?.device ? (
        <Claim device={pairing.device} full={full} setFull={setFull} />
      ) : pairing?.link ? (
        <Ways pairing={pairing} link={pairing.link} addresses={data?.addresses ?? []} certificate={data?.certificate ?? null} />
      ) : over ? (
        <p>{text('devices.add.over')}</p>
      ) : create.error ? null : (
        <Loading />
      )}
      {fault && <ErrorNotice error={fault} />}
      <div className={dialog.actions}>
        {waits ? (
          <>
            <Button kind="danger" disabled={cancel.isPending || confirm.isPending} onClick={refuse}>
              {text('devices.confirm.refuse')}
            </Button>
            <Button kind="primary" disabled={cancel.isPending || confirm.isPending} onClick={agree}>
              {text('devices.confirm.agree')}
            </Button>
          </>
        ) : (
          <Button onClick={close}>{text(confirm.isSuccess ? 'app.done' : over ? 'app.close' : 'app.cancel')}</Button>
        )}
      </div>
    </Dialog>
  )
}

/** Whether a node may let devices in by itself, too. */
type Full = 'no' | 'yes'

/** What a device that claimed the pairing says of itself, and the number that only it can show too. */
function Claim(props: { device: NonNullable<Pairing['device']>; full: Full; setFull: (full: Full) => void }) {
  const { device, full, setFull } = props
  const text = useText()
  return (
    <div className={css.claim}>
      <p>
        {text('devices.confirm.who')} <bdi>{device.name}</bdi>
      </p>
      <p>{text('devices.confirm.compare')}</p>
      <output className={css.number} dir="ltr">
        {device.fingerprint}
      </output>
      {mayBeFull(device.kind) ? (
        <Choice
          name={text('devices.confirm.full')}
          value={full}
          change={setFull}
          options={(['no', 'yes'] as const).map((value) => ({
            value,
            label: text(`devices.confirm.full.${value}`),
            more: text(`devices.confirm.full.${value}.more`),
          }))}
        />
      ) : (
        <p className={css.soft}>{text('devices.confirm.may')}</p>
      )}
    </div>
  )
}

/** The link as a QR code, and the code for those without a camera. */
function Ways(props: {
  pairing: Pairing
  link: string
  addresses: readonly string[]
  /** Where a phone gets the root of the node's own authority. */
  certificate: { page: string; fingerprint: string } | null
}) {
  const { pairing, link, addresses, certificate } = props
  const text = useText()
  const intl = useIntl()
  const inBrowser = useSession() !== undefined
  const offered = [...new Set([...(inBrowser && !isLoopback(location.origin) ? [location.origin] : []), ...addresses])]
  const [chosen, setChosen] = useState<string>()
  const address = chosen ?? offered[0] ?? location.origin
  const left = Math.max(0, Math.ceil((pairing.expiresAt - useNow(1000)) / 1000))
  const time = `${intl.formatNumber(Math.floor(left / 60))}:${intl.formatNumber(left % 60, { minimumIntegerDigits: 2 })}`
  return (
    <>
      {isLoopback(address) && (
        <Notice kind="warning">
          <p>{text('devices.add.machine')}</p>
        </Notice>
      )}
      {offered.length > 1 && (
        <Choice
          name={text('devices.add.address')}
          value={address}
          change={setChosen}
          options={offered.map((one) => ({ value: one, label: one }))}
        />
      )}
      <div className={css.ways}>
        <div>
          <QrCode content={address + link} label={text('devices.add.qr')} />
          <span className={css.soft}>{text('devices.add.scan')}</span>
        </div>
        <div>
          <span>{text('devices.add.type')}</span>
          <bdi className={css.address} dir="ltr">
            {address}
          </bdi>
          {pairing.code ? (
            <>
              <span>{text('devices.add.code')}</span>
              <output className={css.code} dir="ltr">
                {showCode(pairing.code)}
              </output>
            </>
          ) : (
            <p className={css.soft}>{text('devices.add.code.closed')}</p>
          )}
          <CopyButton content={address + link} wide />
        </div>
      </div>
      {certificate && (
        <details className={css.certificate}>
          <summary>{text('devices.add.certificate')}</summary>
          <p>{text('devices.add.certificate.text')}</p>
          <bdi className={css.address} dir="ltr">
            {certificate.page}
          </bdi>
          <p>{text('devices.add.certificate.compare')}</p>
          <bdi className={css.address} dir="ltr">
            {certificate.fingerprint}
          </bdi>
        </details>
      )}
      <p className={css.soft}>{text('devices.add.left', { time })}</p>
    </>
  )
}

const isLoopback = (address: string): boolean => /^https?:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|\/|$)/.test(address)
