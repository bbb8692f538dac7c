import { type FormEvent, useId, useState } from 'react'
import type { KeysAbout } from '../../../node-core/contract/shell-keys.ts'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import fields from '../../components/fields.module.css'
import { ErrorNotice, Notice } from '../../components/notice.tsx'
import { Part, Soft } from '../../components/parts.tsx'
import { useKeysAbout, useMoveKeys } from '../../queries/locks.ts'
import { isUsable, NewPassphrase, noSecret, Secret } from '../locked/passphrase-form.tsx'
import { useKeychainName } from './keychain-name.ts'
import css from './keys.module.css'

type Task = 'passphrase' | 'os' | 'file'

/** In the desktop app: where the keys rest, and how they come to another place. */
export function KeyPlace() {
  const text = useText()
  const { data: about, error } = useKeysAbout()
  const [task, setTask] = useState<Task>()
  const name = useKeychainName(about?.name ?? '')
  if (error) return <ErrorNotice error={error} />
  if (!about) return null
  const how = about.place === 'os' ? 'os' : about.typed ? 'typed' : 'made'
  const offered: readonly Task[] = about.place === 'os' ? ['file'] : ['passphrase', 'os']
  return (
    <Part title={text('settings.keys.place')}>
      <p>{text(`settings.keys.place.${how}`, { keychain: name })}</p>
      {task === undefined ? (
        <div className={css.choices}>
          {offered.map((one) => (
            <Button key={one} onClick={() => setTask(one)}>
              {text(`settings.keys.place.to.${one}`)}
            </Button>
          ))}
        </div>
      ) : (
        <TaskForm task={task} about={about} close={() => setTask(undefined)} />
      )}
    </Part>
  )
}

/** One of the ways; where the passphrase was made for the person, they are not asked for it. */
function TaskForm({ task, about, close }: { task: Task; about: KeysAbout; close: () => void }) {
  const text = useText()
  const field = useId()
  const [current, setCurrent] = useState('')
  const [secret, setSecret] = useState(noSecret)
  const move = useMoveKeys()
  const asks = task !== 'file' && about.typed
  const makes = task !== 'os'
  const ready = (!asks || current !== '') && (!makes || isUsable(secret))
  const act = (event: FormEvent) => {
    event.preventDefault()
    const now = asks ? current : undefined
    move.mutate(task === 'file' ? { to: 'file', next: secret.next } : { to: task, current: now, next: secret.next }, {
      onSuccess: close,
    })
    setCurrent('')
    setSecret(noSecret)
  }
  return (
    <form className={`${fields.form} ${css.form}`} onSubmit={act}>
      <Soft>{text(`settings.keys.place.to.${task}.text`)}</Soft>
      {move.error && <ErrorNotice error={move.error} />}
      {asks && (
        <>
          <label htmlFor={field}>{text('settings.keys.place.current')}</label>
          <Secret id={field} value={current} change={setCurrent} autoComplete="current-password" />
        </>
      )}
      {makes && <NewPassphrase value={secret} change={setSecret} />}
      {task === 'file' && (
        <Notice>
          <p>{text('settings.keys.place.remember')}</p>
        </Notice>
      )}
      <div className={css.choices}>
        <Button type="submit" kind="primary" disabled={!ready || move.isPending}>
          {text(`settings.keys.place.to.${task}`)}
        </Button>
        <Button onClick={close}>{text('app.cancel')}</Button>
      </div>
    </form>
  )
}
