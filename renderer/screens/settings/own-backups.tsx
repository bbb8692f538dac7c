import { type FormEvent, useId, useState } from 'react'
import { useIntl } from 'react-intl'
import { isVivimError } from '../../../node-core/contract/errors.ts'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { formatBytes } from '../../components/bytes.ts'
import fields from '../../components/fields.module.css'
import { Loading } from '../../components/loading.tsx'
import { ErrorNotice, Notice } from '../../components/notice.tsx'
import { Actions, Fact, Facts, Part, Soft } from '../../components/parts.tsx'
import { SpokenTime } from '../../components/spoken-time.tsx'
import { type OwnBackups, useOwnBackups, useSetOwnBackups } from '../../queries/backup.ts'
import { Choice } from './choice.tsx'
import css from './own-backups.module.css'

/** Hours between two, as people say it. */
const rhythms = { 'twice-a-day': 12, 'daily': 24, 'weekly': 168 } as const
type Rhythm = keyof typeof rhythms
const names: readonly Rhythm[] = ['twice-a-day', 'daily', 'weekly']
/** The one that comes nearest to what was set elsewhere. */
const rhythmOf = (hours: number): Rhythm => names.find((one) => hours <= rhythms[one]) ?? 'weekly'

/** The backups that the node makes by itself: where to, how often, and how the last one went. */
export function OwnBackupsPart() {
  const text = useText()
  const { data: own, error, refetch } = useOwnBackups()
  // who may only read has no say in it, nor who shares the node with other accounts
  if (isVivimError(error, 'forbidden')) return null
  return (
    <Part title={text('settings.backup.own')}>
      <p>{text('settings.backup.own.text')}</p>
      {own ? <Plan own={own} /> : error ? <ErrorNotice error={error} again={() => void refetch()} /> : <Loading />}
    </Part>
  )
}

function Plan({ own }: { own: OwnBackups }) {
  const text = useText()
  const field = useId()
  const hint = useId()
  const many = useId()
  const set = useSetOwnBackups()
  const [folder, setFolder] = useState(own.folder ?? '')
  const [rhythm, setRhythm] = useState(rhythmOf(own.every))
  const [keep, setKeep] = useState(String(own.keep))
  const whole = Number(keep)
  const good = folder.trim() !== '' && Number.isInteger(whole) && whole >= 1 && whole <= 100
  // hours that were set elsewhere stay unless another rhythm is chosen
  const every = rhythm === rhythmOf(own.every) ? own.every : rhythms[rhythm]
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (good) set.mutate({ folder: folder.trim(), every, keep: whole })
  }
  return (
    <>
      {own.folder !== null && <Standing own={own} />}
      <form className={`${fields.form} ${css.form}`} onSubmit={save}>
        <label htmlFor={field}>{text('settings.backup.own.folder')}</label>
        <input
          id={field}
          className={fields.field}
          data-exact
          dir="ltr"
          autoComplete="off"
          spellCheck={false}
          aria-describedby={hint}
          value={folder}
          onChange={({ target }) => setFolder(target.value)}
        />
        <p id={hint} className={css.hint}>
          {text('settings.backup.own.folder.hint')}
        </p>
        <Choice
          name={text('settings.backup.own.every')}
          value={rhythm}
          change={setRhythm}
          options={names.map((one) => ({ value: one, label: text(`settings.backup.own.every.${one}`) }))}
        />
        <label htmlFor={many}>{text('settings.backup.own.keep')}</label>
        <input
          id={many}
          className={`${fields.field} ${css.number}`}
          type="number"
          min={1}
          max={100}
          autoComplete="off"
          value={keep}
          onChange={({ target }) => setKeep(target.value)}
        />
        {set.error && <ErrorNotice error={set.error} />}
        <p role="status" className={css.done}>
          {set.isSuccess && text('settings.backup.own.saved')}
        </p>
        <Actions>
          <Button type="submit" disabled={!good || set.isPending}>
            {text(own.folder === null ? 'settings.backup.own.start' : 'settings.backup.own.change')}
          </Button>
          {own.folder !== null && (
            <Button disabled={set.isPending} onClick={() => set.mutate({ folder: null, every, keep: own.keep })}>
              {text('settings.backup.own.stop')}
            </Button>
          )}
        </Actions>
      </form>
      <Soft>{text('settings.backup.own.stays')}</Soft>
    </>
  )
}

function Standing({ own: { last, next, trouble } }: { own: OwnBackups }) {
  const text = useText()
  const intl = useIntl()
  return (
    <>
      {trouble && (
        <Notice kind="warning">
          <p>{text('settings.backup.own.trouble')}</p>
          <p>{text(`error.${trouble.code}`)}</p>
        </Notice>
      )}
      <Facts>
        <Fact name={text('settings.backup.own.last')} {...(last ? { more: <bdi dir="ltr">{last.path}</bdi> } : {})}>
          {last ? (
            <>
              <SpokenTime time={last.created} /> · {formatBytes(last.bytes, intl)}
            </>
          ) : (
            text('settings.backup.own.none')
          )}
        </Fact>
        {next !== null && (
          <Fact name={text('settings.backup.own.next')}>
            <SpokenTime time={next} />
          </Fact>
        )}
      </Facts>
    </>
  )
}
