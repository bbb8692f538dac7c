import { type FormEvent, useState } from 'react'
import type { KeychainTrouble } from '../../../node-core/contract/shell-keys.ts'
import type { Host } from '../../app/host.ts'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import fields from '../../components/fields.module.css'
import { Part, Soft } from '../../components/parts.tsx'
import { Gate } from '../gate/gate.tsx'
import css from './locked.module.css'
import { isUsable, NewPassphrase, noSecret } from './passphrase-form.tsx'
import { Trouble } from './trouble.tsx'
import { Problem, useAct } from './use-act.tsx'

/** The first start where there is no keychain: what protects the keys, before any is made. */
export function Choose({ trouble, host }: { trouble: KeychainTrouble; host: Host }) {
  const text = useText()
  const [secret, setSecret] = useState(noSecret)
  const [run, pending, error] = useAct()
  const begin = (event: FormEvent) => {
    event.preventDefault()
    run(() => host.call('keys.choose', { passphrase: secret.next }))
    setSecret(noSecret)
  }
  return (
    <Gate>
      <h1>{text('locked.choose')}</h1>
      <p>{text('locked.choose.text')}</p>
      <Trouble trouble={trouble} />
      <Problem error={error} />
      <div className={css.ways}>
        <Part title={text('locked.choose.passphrase')}>
          <Soft>{text('locked.choose.passphrase.text')}</Soft>
          <form className={`${fields.form} ${css.form}`} onSubmit={begin}>
            <NewPassphrase value={secret} change={setSecret} />
            <div>
              <Button type="submit" kind="primary" disabled={pending || !isUsable(secret)}>
                {text('locked.choose.passphrase.use')}
              </Button>
            </div>
          </form>
        </Part>
        <Part title={text('locked.choose.keychain')}>
          <Soft>{text('locked.choose.keychain.text')}</Soft>
          <div>
            <Button disabled={pending} onClick={() => run(() => host.call('keys.again', undefined))}>
              {text('app.again')}
            </Button>
          </div>
        </Part>
        <Part title={text('locked.choose.generate')}>
          <Soft>{text('locked.choose.generate.text')}</Soft>
          <div>
            <Button disabled={pending} onClick={() => run(() => host.call('keys.choose', { generate: true }))}>
              {text('locked.choose.generate.use')}
            </Button>
          </div>
        </Part>
      </div>
    </Gate>
  )
}
