import { Link } from 'wouter'
import { Button } from '../components/button.tsx'
import { Notice } from '../components/notice.tsx'
import { useDevices } from '../queries/devices.ts'
import { useClock } from './clock.tsx'
import { unknownDevices, withKnown } from './known-devices.ts'
import { useText } from './language.tsx'
import css from './new-devices.module.css'
import { usePreference } from './preferences-context.tsx'
import { useSession } from './session-context.tsx'

/** A fork of so long ago is no news, in milliseconds. */
const news = 14 * 24 * 3_600_000

/**
 * Tells every page of devices that were let in, and of those whose key was in use twice, until the person says that they know: a
 * stranger must not come in quietly.
 */
export default function NewDevices() {
  const text = useText()
  const own = useSession()?.device
  const [{ devicesKnown, devicesSeen }, change] = usePreference()
  const now = useClock()
  const { data } = useDevices()
  const since = Math.max(devicesSeen, now() - news)
  const fresh = unknownDevices(data ?? [], devicesKnown, own)
  const forked = (data ?? []).flatMap((one) =>
    one.forked !== null && one.forked > since ? [{ ...one, forked: one.forked }] : [],
  )
  if (fresh.length + forked.length === 0) return null
  const dismiss = () =>
    change({
      devicesKnown: withKnown(
        devicesKnown,
        fresh.map(({ did }) => did),
        data ?? [],
      ),
      devicesSeen: Math.max(devicesSeen, ...forked.map((one) => one.forked)),
    })
  return (
    <div className={css.news} role="status">
      <Notice kind="warning">
        {fresh.map(({ did, name }) => (
          <p key={did}>{text('devices.news', { name })}</p>
        ))}
        {forked.map(({ did, name }) => (
          <p key={did}>{text('devices.news.forked', { name })}</p>
        ))}
        <div className={css.actions}>
          <Link href="/settings/devices">{text('devices.news.look')}</Link>
          <Button kind="quiet" onClick={dismiss}>
            {text('devices.news.known')}
          </Button>
        </div>
      </Notice>
    </div>
  )
}
