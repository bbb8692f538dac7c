import { Link } from 'wouter'
import { useText } from '../../app/language.tsx'
import { useOfflineStanding } from '../../app/offline-context.tsx'
import { useSession } from '../../app/session-context.tsx'
import { Page, Part } from '../../components/parts.tsx'
import { useDevices } from '../../queries/devices.ts'
import { useStatus } from '../../queries/status.ts'
import { NoticesPart } from './notices.tsx'
import css from './privacy.module.css'

/** What is seen by whom, as it is: also what is not hidden. */
export function PrivacySection() {
  const text = useText()
  const inBrowser = useSession() !== undefined
  const { state } = useOfflineStanding()
  const { data: status } = useStatus()
  const { data: devices } = useDevices()
  const others = devices?.filter(({ current, state }) => !current && state !== 'revoked' && state !== 'expired').length
  return (
    <Page title={text('settings.privacy')} lead={text('settings.privacy.lead')}>
      <Part title={text('settings.privacy.leaves')}>
        {others === 0 && <p>{text('settings.privacy.leaves.text')}</p>}
        {others !== undefined && others > 0 && (
          <p>
            {text('settings.privacy.leaves.devices', { count: others })}{' '}
            <Link href="/settings/devices">{text('settings.devices')}</Link>
          </p>
        )}
        {status && <p>{text(`settings.privacy.reach.${status.reach}`, { address: status.address ?? '' })}</p>}
        <p>{text('settings.privacy.leaves.links')}</p>
        <p>{text('settings.privacy.leaves.files')}</p>
      </Part>
      <Part title={text('settings.privacy.disk')}>
        <p>{text('settings.privacy.disk.text')}</p>
        <ul className={css.list}>
          <li>{text('settings.privacy.disk.sealed')}</li>
          <li>{text('settings.privacy.disk.seen')}</li>
          <li>{text('settings.privacy.disk.changed')}</li>
        </ul>
        <p>{text('settings.privacy.disk.running')}</p>
      </Part>
      <Part title={text(inBrowser ? 'settings.privacy.browser' : 'settings.privacy.window')}>
        <p>{text(inBrowser ? 'settings.privacy.browser.keeps' : 'settings.privacy.window.keeps')}</p>
        {state === 'on' ? (
          <p>
            {text('settings.privacy.browser.held')} <Link href="/settings/offline">{text('settings.offline')}</Link>
          </p>
        ) : (
          <p>{text('settings.privacy.browser.not')}</p>
        )}
        {inBrowser && <p>{text('settings.privacy.browser.extensions')}</p>}
      </Part>
      <NoticesPart />
      <Part title={text('settings.privacy.out')}>
        <ul className={css.list}>
          <li>
            {text('settings.privacy.out.export')} <Link href="/settings/storage">{text('settings.storage')}</Link>
          </li>
          <li>
            {text('settings.privacy.out.backup')} <Link href="/settings/backup">{text('settings.backup')}</Link>
          </li>
          <li>{text('settings.privacy.out.originals')}</li>
        </ul>
      </Part>
    </Page>
  )
}
