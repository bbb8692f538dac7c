import { Disclosure, DisclosureContent, DisclosureProvider } from '@ariakit/react'
import { type FormEvent, useId, useState } from 'react'
import type { Host } from '../../app/host.ts'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import fields from '../../components/fields.module.css'
import { Soft } from '../../components/parts.tsx'
import type { MessageId } from '../../messages/shape.ts'
import css from './locked.module.css'
import { isUsable, NewPassphrase, noSecret } from './passphrase-form.tsx'
import { Problem, useAct } from './use-act.tsx'

/** The way back by the 24 words; `passphrase`: for a new key file, where there may be no keychain. */
export function Recover(props: { host: Host; title: MessageId; passphrase?: boolean; open?: boolean }) {
  const text = useText()
  return (
    <DisclosureProvider defaultOpen={props.open ?? false}>
      <Disclosure className={css.more}>{text(props.title)}</Disclosure>
      <DisclosureContent className={css.content}>
        <Words {...props} />
      </DisclosureContent>
    </DisclosureProvider>
  )
}

function Words({ host, passphrase = false }: { host: Host; passphrase?: boolean }) {
  const text = useText()
  const field = useId()
  const [words, setWords] = useState('')
  const [secret, setSecret] = useState(noSecret)
  const [run, pending, error] = useAct()
  const count = words.trim().split(/\s+/).filter(Boolean).length
  const recover = (event: FormEvent) => {
    event.preventDefault()
    const phrase = words.trim().toLowerCase().split(/\s+/).join(' ')
    run(() => host.call('keys.recover', { phrase, ...(passphrase && { passphrase: secret.next }) }))
    setWords('')
    setSecret(noSecret)
  }
  return (
    <form className={`${fields.form} ${css.form}`} onSubmit={recover}>
      <Soft>{text('locked.recover.text')}</Soft>
      <Problem error={error} />
      <label htmlFor={field}>{text('locked.recover.field')}</label>
      <textarea
        id={field}
        className={`${fields.field} ${css.words}`}
        rows={4}
        value={words}
        maxLength={1000}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        dir="auto"
        onChange={({ target }) => setWords(target.value)}
      />
      {passphrase && (
        <>
          <Soft>{text('locked.recover.passphrase')}</Soft>
          <NewPassphrase value={secret} change={setSecret} />
        </>
      )}
      <div>
        <Button type="submit" disabled={pending || count !== 24 || (passphrase && !isUsable(secret))}>
          {text('locked.recover.use')}
        </Button>
      </div>
    </form>
  )
}
