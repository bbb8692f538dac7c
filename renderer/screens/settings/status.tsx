import { useIntl } from 'react-intl'
import { Link } from 'wouter'
import { useText } from '../../app/language.tsx'
import { useReachable } from '../../app/live-context.tsx'
import { Command } from '../../components/command.tsx'
import { Loading } from '../../components/loading.tsx'
import { ErrorNotice, Notice } from '../../components/notice.tsx'
import { Fact, Facts, Page, Part, Soft } from '../../components/parts.tsx'
import { SpokenTime } from '../../components/spoken-time.tsx'
import { useOtherNodes } from '../../queries/nodes.ts'
import { type Status, useStatus } from '../../queries/status.ts'
import { useKeychainName } from './keychain-name.ts'
import { UpdatesPart } from './updates.tsx'

/** How the node stands, without varnish: every line says what it means. */
export function StatusSection() {
  const text = useText()
  const reachable = useReachable()
  const { data: status, error, refetch } = useStatus()
  if (!status)
    return (
      <Page title={text('settings.status')}>
        {error ? <ErrorNotice error={error} again={() => void refetch()} /> : <Loading />}
        {/* A store that a newer version wrote wants the newer version. */}
        {error && <UpdatesPart />}
      </Page>
    )
  const troubles = status.warnings.length + (status.integrity.state === 'damaged' ? 1 : 0)
  const lead = reachable ? text('settings.status.lead', { troubles }) : text('settings.status.offline')
  return (
    <Page title={text('settings.status')} lead={<span role="status">{lead}</span>}>
      <Troubles status={status} />
      <StatusFacts status={status} />
      <UpdatesPart />
      <Part title={text('settings.status.closer')}>
        <Command line="vivim doctor" hint={text('settings.status.closer.quick')} />
        <Command line="vivim doctor --verify" hint={text('settings.status.closer.full')} />
        <Soft>{text('settings.commands')}</Soft>
      </Part>
    </Page>
  )
}

/** What a person should do something about, each with its remedy. */
function Troubles({ status: { warnings, integrity } }: { status: Status }) {
  const text = useText()
  if (warnings.length === 0 && integrity.state !== 'damaged') return null
  return (
    <>
      {integrity.state === 'damaged' && (
        <Notice kind="danger">
          <p>{text('settings.status.damaged')}</p>
          <ul lang="en" dir="ltr">
            {integrity.problems.slice(0, 5).map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
          <Command line="vivim doctor --verify" hint={text('settings.status.damaged.look')} />
          <Command line="vivim restore FILE --data DIR" hint={text('settings.status.damaged.restore')} />
        </Notice>
      )}
      {warnings.map(({ code, text: said }) => (
        <Notice kind="warning" key={said}>
          <p>{text(`settings.warning.${code}`)}</p>
          {code === 'phrase-unconfirmed' ? (
            <>
              <Command line="vivim account phrase" hint={text('settings.keys.words.show')} />
              <Command line="vivim account confirm" hint={text('settings.keys.words.confirm')} />
            </>
          ) : (
            <Command line="vivim account recover" hint={text('settings.keys.recover')} />
          )}
        </Notice>
      ))}
    </>
  )
}

function StatusFacts({ status }: { status: Status }) {
  const text = useText()
  const intl = useIntl()
  const keychain = useKeychainName(status.keychain)
  const { data: nodes } = useOtherNodes()
  const { account, imports, integrity, reach, address, version, started } = status
  return (
    <Facts>
      <Fact
        name={text('settings.status.reach')}
        more={
          nodes &&
          text(`settings.status.reach.${reach}.more`, {
            address: address ?? text('settings.status.reach.nowhere'),
            calls: text('settings.status.calls', { count: nodes.length }),
          })
        }
      >
        {text(`settings.status.reach.${reach}`)}
      </Fact>
      <Fact name={text('settings.status.holds')}>
        <Link href="/">
          {text('settings.status.holds.value', { conversations: account.conversations, messages: account.messages })}
        </Link>
      </Fact>
      <Fact name={text('settings.status.imports')}>
        <Link href="/import">
          {text('settings.status.imports.value', { running: imports.running, waiting: imports.waiting })}
        </Link>
      </Fact>
      <Fact
        name={text('settings.status.store')}
        more={integrity.state === 'sound' && integrity.checked === null && text('settings.status.store.unchecked')}
      >
        {integrity.state === 'sound' && integrity.checked !== null
          ? text('settings.status.store.checked', {
              when: intl.formatDate(integrity.checked, { dateStyle: 'medium', timeStyle: 'short' }),
            })
          : text(`settings.status.store.${integrity.state}`)}
      </Fact>
      <Fact name={text('settings.status.keychain')}>
        <Link href="/settings/keys">{keychain}</Link>
      </Fact>
      <Fact name={text('settings.status.started')}>
        <SpokenTime time={started} />
      </Fact>
      <Fact name={text('settings.status.version')}>{version}</Fact>
    </Facts>
  )
}
