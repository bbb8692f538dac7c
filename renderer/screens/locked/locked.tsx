/** What a desktop window shows instead of the library: which lock is closed, or what the keys wait for. */

import { errorOf } from '../../../node-core/contract/errors.ts'
import type { KeysState } from '../../../node-core/contract/shell-keys.ts'
import type { Host } from '../../app/host.ts'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { errorText } from '../../components/notice.tsx'
import { Gate } from '../gate/gate.tsx'
import { UpdatesPart } from '../settings/updates.tsx'
import { Choose } from './choose.tsx'
import css from './locked.module.css'
import { PassphraseForm } from './passphrase-form.tsx'
import { Recover } from './recover.tsx'
import { Trouble } from './trouble.tsx'
import { Problem, useAct } from './use-act.tsx'

export default function Locked({ state, host }: { state: KeysState; host: Host }) {
  const text = useText()
  switch (state.is) {
    case 'open':
    case 'opening':
      return (
        <Gate busy>
          <p>{text('locked.opening')}</p>
          <p className={css.soft}>{text('locked.opening.text')}</p>
        </Gate>
      )
    case 'locked':
      return <WindowsLocked state={state} host={host} />
    case 'closed':
      return (
        <Gate>
          <h1>{text('locked.everything')}</h1>
          <p>{text('locked.everything.text')}</p>
          <Act label={text('locked.everything.start')} act={() => host.call('locks.unlock', {})} />
        </Gate>
      )
    case 'passphrase':
      return (
        <Gate>
          <h1>{text('locked.passphrase')}</h1>
          <p>{text('locked.passphrase.text')}</p>
          <PassphraseForm
            label={text('locked.passphrase.open')}
            wrong={state.wrong}
            give={(passphrase) => host.call('keys.passphrase', { passphrase })}
          />
          <Recover host={host} title="locked.passphrase.forgotten" passphrase />
        </Gate>
      )
    case 'choose':
      return <Choose trouble={state.trouble} host={host} />
    case 'keychain':
      return (
        <Gate>
          <h1>{text('locked.keychain')}</h1>
          <p>{text('locked.keychain.text')}</p>
          <Trouble trouble={state.trouble} />
          <Again host={host} />
          <Recover host={host} title="locked.keychain.gone" passphrase />
        </Gate>
      )
    case 'missing':
      return (
        <Gate>
          <h1>{text('locked.missing')}</h1>
          <p>{text('locked.missing.text')}</p>
          <Again host={host} />
          <Recover host={host} title="locked.recover" />
        </Gate>
      )
    case 'refused':
      return (
        <Gate>
          <h1>{text('locked.refused')}</h1>
          <p>{text(state.code === 'phrase-mismatch' ? 'locked.refused.other' : 'locked.refused.invalid')}</p>
          <Recover host={host} title="locked.recover" open />
          <Again host={host} />
        </Gate>
      )
    case 'failed':
      return (
        <Gate>
          <h1>{text('app.failed')}</h1>
          <p>{errorText(errorOf(state), text)}</p>
          <p className={css.soft} lang="en" dir="auto">
            {state.text}
          </p>
          {state.code === 'store-too-new' && <UpdatesPart />}
          <Again host={host} />
        </Gate>
      )
  }
}

const Again = ({ host }: { host: Host }) => {
  const text = useText()
  return <Act label={text('app.again')} act={() => host.call('keys.again', undefined)} />
}

function Act({ label, act }: { label: string; act: () => Promise<unknown> }) {
  const [run, pending, error] = useAct()
  return (
    <>
      <Problem error={error} />
      <Button kind="primary" disabled={pending} onClick={() => run(act)}>
        {label}
      </Button>
    </>
  )
}

function WindowsLocked({ state, host }: { state: Extract<KeysState, { is: 'locked' }>; host: Host }) {
  const text = useText()
  const { by, how } = state
  return (
    <Gate>
      <h1>{text('locked.windows')}</h1>
      <p>{text(`locked.windows.${by}`)}</p>
      {how === 'passphrase' ? (
        <PassphraseForm
          label={text('locked.unlock')}
          wrong={false}
          give={(passphrase) => host.call('locks.unlock', { passphrase })}
        />
      ) : (
        <>
          <Act label={text('locked.unlock')} act={() => host.call('locks.unlock', {})} />
          <div className={css.soft}>{text(`locked.how.${how}`)}</div>
        </>
      )}
    </Gate>
  )
}
