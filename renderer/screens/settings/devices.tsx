import { Dialog, DialogHeading } from '@ariakit/react'
import { type FormEvent, useState } from 'react'
import { useIntl } from 'react-intl'
import { withKnown } from '../../app/known-devices.ts'
import { useText } from '../../app/language.tsx'
import { usePreference } from '../../app/preferences-context.tsx'
import { useSession } from '../../app/session-context.tsx'
import { Button } from '../../components/button.tsx'
import { Confirm } from '../../components/confirm.tsx'
import dialog from '../../components/dialog.module.css'
import fields from '../../components/fields.module.css'
import { Loading } from '../../components/loading.tsx'
import { NameField } from '../../components/name-field.tsx'
import { ErrorNotice, Notice } from '../../components/notice.tsx'
import { Actions, Entries, Entry, EntryFact, Page, Part, Soft } from '../../components/parts.tsx'
import { SpokenTime } from '../../components/spoken-time.tsx'
import { type Device, type Pairing, useChangeDevice, useDevices, usePairings } from '../../queries/devices.ts'
import { OtherNodesPart } from './other-nodes.tsx'
import { PairDevice } from './pair-device.tsx'

/** The machines and browsers that sign what they add to the account: letting them in, naming them, throwing them out. */
export function DevicesSection() {
  const text = useText()
  const session = useSession()
  const { data, error, refetch } = useDevices()
  // The desktop window is the node's own; a browser may what its session says.
  const may = session === undefined || session.may.includes('admin')
  return (
    <Page title={text('settings.devices')} lead={text('settings.devices.lead')}>
      {may && (data?.some(({ current, capabilities }) => current && !capabilities.includes('grant')) ? <MayNot /> : <LetIn />)}
      <Part title={text('devices.list')}>
        <Soft>{text('devices.list.text')}</Soft>
        {data ? (
          <Entries>
            {data.map((device) => (
              <DeviceEntry key={device.did} device={device} own={device.current || device.did === session?.device} may={may} />
            ))}
          </Entries>
        ) : error ? (
          <ErrorNotice error={error} again={() => void refetch()} />
        ) : (
          <Loading />
        )}
        {!may && (
          <Notice>
            <p>{text('devices.forbidden')}</p>
          </Notice>
        )}
      </Part>
      <OtherNodesPart may={may} />
    </Page>
  )
}

/** This node’s own device was not given the right to let others in. */
function MayNot() {
  const text = useText()
  return (
    <Notice>
      <p>{text('devices.cannot')}</p>
    </Notice>
  )
}

/** Begins a pairing, or goes on with one that a device has claimed meanwhile. */
function LetIn() {
  const text = useText()
  const { data } = usePairings(true, false)
  const { data: devices } = useDevices()
  const [{ devicesKnown }, change] = usePreference()
  const [shown, setShown] = useState<'new' | Pairing>()
  const waiting = data?.items.filter(({ device }) => device !== null) ?? []
  // An open one is gone on with: the code may stand on a screen somewhere.
  const open = data?.items.find(({ link }) => link !== null)
  return (
    <>
      {shown === undefined &&
        waiting.map((pairing) => (
          <Notice key={pairing.pairing} kind="warning">
            <p>{text('devices.waiting', { name: pairing.device?.name ?? '' })}</p>
            <Button kind="quiet" onClick={() => setShown(pairing)}>
              {text('devices.waiting.look')}
            </Button>
          </Notice>
        ))}
      <Actions>
        <Button kind="primary" onClick={() => setShown(open ?? 'new')}>
          {text('devices.add')}
        </Button>
      </Actions>
      {shown !== undefined && (
        <PairDevice
          begun={shown === 'new' ? undefined : shown}
          paired={(device) => change({ devicesKnown: withKnown(devicesKnown, [device.did], [...(devices ?? []), device]) })}
          close={() => setShown(undefined)}
        />
      )}
    </>
  )
}

function DeviceEntry({ device, own, may }: { device: Device; own: boolean; may: boolean }) {
  const text = useText()
  const intl = useIntl()
  const [asking, setAsking] = useState<'rename' | 'revoke'>()
  const { revoke } = useChangeDevice()
  const { did, name, kind, state, lastSeen, granted, fingerprint, current, capabilities } = device
  const close = () => setAsking(undefined)
  return (
    <Entry
      name={name}
      own={own && text('devices.own')}
      state={state !== 'active' && text(`devices.state.${state}`)}
      actions={
        may &&
        state !== 'revoked' && (
          <>
            {state !== 'forked' && (
              <Button onClick={() => setAsking('rename')} aria-label={text('devices.rename.name', { name })}>
                {text('devices.rename')}
              </Button>
            )}
            {!current && (
              <Button kind="danger" onClick={() => setAsking('revoke')} aria-label={text('devices.revoke.name', { name })}>
                {text('devices.revoke')}
              </Button>
            )}
          </>
        )
      }
    >
      <EntryFact>
        {text(`devices.kind.${kind}`)}
        {capabilities.includes('grant') && ` · ${text('devices.full')}`}
        {' · '}
        {text('devices.since', { day: intl.formatDate(granted, { dateStyle: 'medium' }) })}
        {lastSeen !== null && (
          <>
            {' · '}
            {text('devices.seen')} <SpokenTime time={lastSeen} />
          </>
        )}
      </EntryFact>
      <EntryFact>
        {text('devices.number')} <bdi dir="ltr">{fingerprint}</bdi>
      </EntryFact>
      {state === 'forked' && <EntryFact>{text('devices.forked.text')}</EntryFact>}
      {revoke.error && <ErrorNotice error={revoke.error} />}
      {asking === 'rename' && <Rename device={device} close={close} />}
      {asking === 'revoke' && (
        <Confirm
          title={text('devices.revoke.title', { name })}
          action={text('devices.revoke')}
          danger
          busy={revoke.isPending}
          confirm={() => revoke.mutate(did, { onSettled: close })}
          close={close}
        >
          <p>{text('devices.revoke.text')}</p>
        </Confirm>
      )}
    </Entry>
  )
}

function Rename({ device, close }: { device: Device; close: () => void }) {
  const text = useText()
  const { rename } = useChangeDevice()
  const [name, setName] = useState(device.name)
  const save = (event: FormEvent) => {
    event.preventDefault()
    rename.mutate({ device: device.did, name: name.trim() }, { onSuccess: close })
  }
  return (
    <Dialog open onClose={close} className={dialog.dialog} backdrop={<div className={dialog.backdrop} />}>
      <DialogHeading className={dialog.heading}>{text('devices.rename.title')}</DialogHeading>
      <form className={fields.form} onSubmit={save}>
        <NameField label={text('devices.rename.field')} value={name} change={setName} />
        {rename.error && <ErrorNotice error={rename.error} />}
        <div className={dialog.actions}>
          <Button onClick={close}>{text('app.cancel')}</Button>
          <Button type="submit" kind="primary" disabled={rename.isPending || name.trim() === ''}>
            {text('devices.rename')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
