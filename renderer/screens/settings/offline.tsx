import { type ReactNode, useState } from 'react'
import { useIntl } from 'react-intl'
import { useText } from '../../app/language.tsx'
import { useHeld, useOfflineStanding } from '../../app/offline-context.tsx'
import { usePreference } from '../../app/preferences-context.tsx'
import { Button } from '../../components/button.tsx'
import { formatBytes } from '../../components/bytes.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { Notice } from '../../components/notice.tsx'
import { Actions, Fact, Facts, Page, Part, Soft } from '../../components/parts.tsx'
import type { Figures, Offline, Refused } from '../../offline/offline.ts'
import { Choice } from './choice.tsx'
import css from './offline.module.css'

/** What this browser holds for when the node is out of reach, what waits to be sent, and what was not taken. */
export function OfflineSection() {
  const text = useText()
  const held = useHeld()
  const [{ holds }, change] = usePreference()
  const { state, figures } = useOfflineStanding()
  const [turned, setTurned] = useState(false)
  const page = (children: ReactNode) => (
    <Page title={text('settings.offline')} lead={text('settings.offline.lead')}>
      {children}
    </Page>
  )
  if (!held) return page(<p>{text('settings.offline.window')}</p>)
  // Where the person has turned it off, it can be turned on again.
  if (state !== 'on' && holds && !turned) return page(<p>{text('settings.offline.browser')}</p>)
  const choose = (on: boolean) => {
    setTurned(true)
    change({ holds: on })
    void (on ? held.offline.open().then(async () => (await held.offline.layer())?.retry()) : held.offline.remove(false))
  }
  const waits = (figures?.waiting ?? 0) + (figures?.refused.length ?? 0) > 0
  return page(
    <>
      {figures?.evicted && (
        <Notice kind="warning">
          <p>{text('settings.offline.evicted')}</p>
        </Notice>
      )}
      <Choice
        name={text('settings.offline.choice')}
        value={holds ? 'on' : 'off'}
        change={(value) => choose(value === 'on' || waits)}
        options={[
          { value: 'on', label: text('settings.offline.choice.on') },
          {
            value: 'off',
            label: text('settings.offline.choice.off'),
            more: text(waits ? 'settings.offline.choice.wait' : 'settings.offline.choice.off.more'),
          },
        ]}
      />
      {figures && <Figured figures={figures} offline={held.offline} />}
      <Soft>{text('settings.offline.sealed')}</Soft>
      <Soft>{text('settings.offline.not')}</Soft>
    </>,
  )
}

function Figured({ figures, offline }: { figures: Figures; offline: Offline }) {
  const text = useText()
  const intl = useIntl()
  const { waiting, refused, persisted } = figures
  const room = { size: formatBytes(figures.size, intl), budget: formatBytes(figures.budget, intl) }
  return (
    <>
      <Facts>
        <Fact name={text('settings.offline.waiting')}>{text('settings.offline.waiting.count', { count: waiting })}</Fact>
        <Fact name={text('settings.offline.held')}>{text('settings.offline.held.count', { count: figures.conversations })}</Fact>
        <Fact name={text('settings.offline.room')} more={text('settings.offline.room.more')}>
          {text('settings.offline.room.value', room)}
        </Fact>
        <Fact name={text('settings.offline.persisted')}>{text(`settings.offline.persisted.${persisted ? 'yes' : 'no'}`)}</Fact>
      </Facts>
      {!persisted && (
        <Actions>
          <Button onClick={async () => (await offline.layer())?.persist()}>{text('settings.offline.persisted.ask')}</Button>
        </Actions>
      )}
      {refused.length > 0 && (
        <Part title={text('settings.offline.refused')}>
          <ul className={css.list}>
            {refused.map((one) => (
              <RefusedChange key={one.id} refused={one} offline={offline} />
            ))}
          </ul>
        </Part>
      )}
    </>
  )
}

/** A change with the reason why it was not taken; it stays until the person decides. */
function RefusedChange({ refused, offline }: { refused: Refused; offline: Offline }) {
  const text = useText()
  const { code, shown } = refused
  return (
    <li>
      <p dir="auto" className={css.change}>
        {shown.kind === 'grant' ? shown.text : text(`settings.offline.refused.${shown.kind}`, { text: shown.text })}
      </p>
      <Soft>{text(`error.${code}`)}</Soft>
      <Actions>
        <Button onClick={async () => (await offline.layer())?.again(refused)}>{text('app.again')}</Button>
        <CopyButton content={shown.text} what={text('settings.offline.refused.copy')} />
        <Button kind="danger" onClick={async () => (await offline.layer())?.forget(refused)}>
          {text('settings.offline.refused.forget')}
        </Button>
      </Actions>
    </li>
  )
}
