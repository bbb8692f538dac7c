import { useText } from '../../app/language.tsx'
import { usePreference } from '../../app/preferences-context.tsx'
import { useSession } from '../../app/session-context.tsx'
import { Command } from '../../components/command.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { Fact, Facts, Page, Part, Soft } from '../../components/parts.tsx'
import { useStatus } from '../../queries/status.ts'
import choice from './choice.module.css'
import keys from './keys.module.css'
import { QuickCapture } from './quick-capture.tsx'

const doors = [
  ['/api/v1/docs', 'settings.advanced.docs'],
  ['/api/v1/openapi.json', 'settings.advanced.openapi'],
  ['/metrics', 'settings.advanced.metrics'],
  ['/healthz', 'settings.advanced.health'],
] as const

/** For those who look under the hood. */
export function AdvancedSection() {
  const text = useText()
  const { data: status } = useStatus()
  const [{ language }, change] = usePreference()
  const inBrowser = useSession() !== undefined
  const base = inBrowser ? '' : (status?.address ?? '')
  return (
    <Page title={text('settings.advanced')} lead={text('settings.advanced.lead')}>
      <Part title={text('settings.advanced.programs')}>
        <Facts>
          {doors.map(([path, name]) => (
            <Fact key={path} name={text(name)}>
              <a href={base + path} target="_blank" rel="noopener noreferrer" dir="ltr">
                {path}
              </a>
            </Fact>
          ))}
        </Facts>
      </Part>
      <QuickCapture />
      <Part title={text('settings.advanced.node')}>
        <Facts>
          {status && (
            <Fact name={text('settings.advanced.instance')} more={text('settings.advanced.instance.more')}>
              <span className={keys.id}>
                <code dir="ltr">{status.instance}</code>
                <CopyButton content={status.instance} what={text('settings.advanced.instance.copy')} />
              </span>
            </Fact>
          )}
          <Fact name={text('settings.advanced.licence')}>{text('settings.advanced.licence.value')}</Fact>
        </Facts>
      </Part>
      <Part title={text('settings.advanced.commands')}>
        <Command line="vivim status" hint={text('settings.advanced.data')} />
        <Command line="vivim config get" hint={text('settings.advanced.config')} />
        <Command line="vivim doctor --rebuild" hint={text('settings.advanced.rebuild')} />
        <Command line="vivim account quota 20GB" hint={text('settings.advanced.quota')} />
        <Command line="vivim --help" hint={text('settings.advanced.help')} />
        <Soft>{text('settings.commands')}</Soft>
      </Part>
      <Part title={text('settings.advanced.words')}>
        <label className={choice.option}>
          <input
            type="checkbox"
            autoComplete="off"
            checked={language === 'pseudo'}
            onChange={({ target }) => change({ language: target.checked ? 'pseudo' : 'system' })}
          />
          {text('settings.advanced.pseudo')}
        </label>
        <Soft>{text('settings.advanced.pseudo.more')}</Soft>
      </Part>
    </Page>
  )
}
