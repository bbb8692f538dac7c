import { Suspense, useEffect, useState } from 'react'
import { useIntl } from 'react-intl'
import { type UpdatesState, updateChannels } from '../../../node-core/contract/updates.ts'
import { chunk } from '../../app/chunk.tsx'
import { useHost } from '../../app/host-context.tsx'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { Notice } from '../../components/notice.tsx'
import { Actions, Part, Soft } from '../../components/parts.tsx'
import { Progress } from '../../components/progress.tsx'
import { Choice } from './choice.tsx'
import css from './updates.module.css'

// What is new is written as messages are; who has nothing new need not load how to show it.
const notes = chunk(async () => ({ default: (await import('../../components/content/markdown/markdown.tsx')).Markdown }))

/** Who brings the app up to date, and how that stands. Shown where there is an app around the page. */
export function UpdatesPart() {
  const text = useText()
  const host = useHost()
  const [state, setState] = useState<UpdatesState>()
  const offered = host.offers('updates.state')
  useEffect(() => {
    if (!offered) return
    let told = false
    const end = host.on((event) => {
      if (event.type !== 'updates') return
      told = true
      setState(event.state)
    })
    // What it tells meanwhile is newer than what it answers.
    void host.call('updates.state', undefined).then(
      (answer) => told || setState(answer),
      () => undefined,
    )
    return end
  }, [host, offered])
  if (!state) return null
  const choose = (choice: { on?: boolean; channel?: UpdatesState['channel'] }) =>
    void host.call('updates.choose', choice).then(setState)
  return (
    <Part title={text('settings.updates')}>
      <Soft>{text(`settings.updates.by.${state.by}`, { version: state.version })}</Soft>
      {state.by === 'app' && (
        <>
          <Choice
            name={text('settings.updates.choice')}
            value={state.on ? 'on' : 'off'}
            change={(value) => choose({ on: value === 'on' })}
            options={[
              { value: 'on', label: text('settings.updates.choice.on'), more: text('settings.updates.choice.on.more') },
              { value: 'off', label: text('settings.updates.choice.off') },
            ]}
          />
          <Choice
            name={text('settings.updates.channel')}
            value={state.channel}
            change={(channel) => choose({ channel })}
            options={updateChannels.map((value) => ({
              value,
              label: text(`settings.updates.channel.${value}`),
              more: text(`settings.updates.channel.${value}.more`),
            }))}
          />
          <Standing state={state} />
        </>
      )}
    </Part>
  )
}

/** What is going on, and what can be done about it. */
function Standing({ state: { phase, looked } }: { state: UpdatesState }) {
  const text = useText()
  const intl = useIntl()
  const host = useHost()
  const look = () => void host.call('updates.look', undefined).catch(() => undefined)
  if (phase.is === 'ready')
    return (
      <Notice>
        <p role="status">{text('settings.updates.ready', { version: phase.version })}</p>
        {phase.notes && (
          <section className={css.new} aria-label={text('settings.updates.new')}>
            <h3>{text('settings.updates.new')}</h3>
            <Suspense>
              <notes.Part text={phase.notes} id="update" under={3} />
            </Suspense>
          </section>
        )}
        <Actions>
          <Button kind="primary" onClick={() => void host.call('updates.restart', undefined).catch(() => undefined)}>
            {text('settings.updates.restart')}
          </Button>
        </Actions>
      </Notice>
    )
  if (phase.is === 'loading') {
    const said = text('settings.updates.loading', { version: phase.version })
    return (
      <>
        <p role="status">{said}</p>
        <Progress label={said} part={phase.share} />
      </>
    )
  }
  return (
    <>
      {phase.is === 'failed' ? (
        <Notice kind={phase.why === 'unreachable' ? 'warning' : 'danger'}>
          <p>{text(`settings.updates.failed.${phase.why}`)}</p>
        </Notice>
      ) : (
        <p role="status">
          {phase.is === 'looking'
            ? text('settings.updates.looking')
            : looked === null
              ? text('settings.updates.never')
              : text('settings.updates.none', { when: intl.formatDate(looked, { dateStyle: 'medium', timeStyle: 'short' }) })}
        </p>
      )}
      <Actions>
        <Button onClick={look} disabled={phase.is === 'looking'}>
          {text('settings.updates.look')}
        </Button>
      </Actions>
    </>
  )
}
