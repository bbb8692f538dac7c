import { useId } from 'react'
import { useHost } from '../../app/host-context.tsx'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import fields from '../../components/fields.module.css'
import { ErrorNotice } from '../../components/notice.tsx'
import { Part, Soft } from '../../components/parts.tsx'
import { useLockSettings } from '../../queries/locks.ts'
import css from './keys.module.css'

/** Minutes; 0: never. */
const waits = [0, 1, 5, 15, 30, 60]

/** In the desktop app: the two locks, and when the windows lock by themselves. */
export function Locks() {
  const text = useText()
  const host = useHost()
  const idle = useId()
  const { settings, change, error } = useLockSettings()
  return (
    <Part title={text('settings.locks')}>
      {error && <ErrorNotice error={error} />}
      <Soft>{text('settings.locks.windows.text')}</Soft>
      {settings && (
        <>
          <label className={css.check}>
            <input
              type="checkbox"
              checked={settings.withSystem}
              onChange={({ target }) => change({ ...settings, withSystem: target.checked })}
            />
            {text('settings.locks.system')}
          </label>
          <div className={css.check}>
            <label htmlFor={idle}>{text('settings.locks.idle')}</label>
            <select
              id={idle}
              className={fields.field}
              value={settings.idleMinutes}
              onChange={({ target }) => change({ ...settings, idleMinutes: Number(target.value) })}
            >
              {[...new Set([...waits, settings.idleMinutes])].map((minutes) => (
                <option key={minutes} value={minutes}>
                  {text('settings.locks.minutes', { minutes })}
                </option>
              ))}
            </select>
          </div>
        </>
      )}
      <div className={css.choices}>
        <Button onClick={() => void host.call('locks.windows', undefined)}>{text('settings.locks.windows')}</Button>
      </div>
      <Soft>{text('settings.locks.everything.text')}</Soft>
      <div className={css.choices}>
        <Button onClick={() => void host.call('locks.everything', undefined)}>{text('settings.locks.everything')}</Button>
      </div>
    </Part>
  )
}
