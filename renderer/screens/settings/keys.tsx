import type { ReactNode } from 'react'
import { useIntl } from 'react-intl'
import { useHost } from '../../app/host-context.tsx'
import { useText } from '../../app/language.tsx'
import { Command } from '../../components/command.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { Loading } from '../../components/loading.tsx'
import { ErrorNotice, Notice } from '../../components/notice.tsx'
import { Fact, Facts, Page, Part, Soft } from '../../components/parts.tsx'
import { useAccount } from '../../queries/account.ts'
import { useStatus } from '../../queries/status.ts'
import { KeyPlace } from './key-place.tsx'
import { useKeychainName } from './keychain-name.ts'
import css from './keys.module.css'
import { Locks } from './locks.tsx'

/** What each key is for, where it rests, and what its loss would mean. */
export function KeysSection() {
  const text = useText()
  const intl = useIntl()
  const { data: account, error, refetch } = useAccount()
  const { data: status } = useStatus()
  const keychain = useKeychainName(status?.keychain ?? '')
  const host = useHost()
  if (!account || !status)
    return (
      <Page title={text('settings.keys')} lead={text('settings.keys.lead')}>
        {error ? <ErrorNotice error={error} again={() => void refetch()} /> : <Loading />}
      </Page>
    )
  const inFile = status.keychain === 'passphrase file'
  return (
    <Page title={text('settings.keys')} lead={text('settings.keys.lead')}>
      <Key
        name={text('settings.keys.words')}
        purpose={text('settings.keys.words.for')}
        place={text(account.phraseConfirmed ? 'settings.keys.words.paper' : 'settings.keys.words.here', { keychain })}
        lost={text('settings.keys.words.lost')}
        stolen={text('settings.keys.words.stolen')}
      >
        {account.phraseConfirmed ? (
          <Notice>
            <p>{text('settings.keys.words.confirmed')}</p>
          </Notice>
        ) : (
          <Notice kind="warning">
            <p>{text('settings.keys.words.unconfirmed')}</p>
            <Command line="vivim account phrase" hint={text('settings.keys.words.show')} />
            <Command line="vivim account confirm" hint={text('settings.keys.words.confirm')} />
          </Notice>
        )}
      </Key>
      <Key
        name={text('settings.keys.data')}
        purpose={text('settings.keys.data.for')}
        place={text('settings.keys.data.place', { keychain })}
        lost={text('settings.keys.data.lost')}
      >
        <Command line="vivim account recover" hint={text('settings.keys.recover')} />
        {inFile && !host.offers('keys.about') && (
          <Command line="vivim account passphrase" hint={text('settings.keys.passphrase')} />
        )}
      </Key>
      {host.offers('keys.about') && <KeyPlace />}
      {host.offers('locks.settings') && <Locks />}
      <Key
        name={text('settings.keys.device')}
        purpose={text('settings.keys.device.for')}
        place={text('settings.keys.device.place', { keychain })}
        lost={text('settings.keys.device.lost')}
      />
      <Key
        name={text('settings.keys.browser')}
        purpose={text('settings.keys.browser.for')}
        place={text('settings.keys.browser.place')}
        lost={text('settings.keys.browser.lost')}
      />
      <Part title={text('settings.keys.account')}>
        <Soft>{text('settings.keys.account.text')}</Soft>
        <Facts>
          {account.name !== null && (
            <Fact name={text('settings.keys.account.name')}>
              <bdi>{account.name}</bdi>
            </Fact>
          )}
          <Fact name={text('settings.keys.account.id')}>
            <span className={css.id}>
              <code dir="ltr">{account.did}</code>
              <CopyButton content={account.did} what={text('settings.keys.account.copy')} />
            </span>
          </Fact>
          <Fact name={text('settings.keys.account.created')}>{intl.formatDate(account.created, { dateStyle: 'long' })}</Fact>
        </Facts>
      </Part>
    </Page>
  )
}

function Key(props: { name: string; purpose: string; place: string; lost: string; stolen?: string; children?: ReactNode }) {
  const text = useText()
  return (
    <Part title={props.name}>
      <p>{props.purpose}</p>
      <Facts>
        <Fact name={text('settings.keys.where')}>{props.place}</Fact>
        <Fact name={text('settings.keys.if-lost')}>{props.lost}</Fact>
        {props.stolen && <Fact name={text('settings.keys.if-stolen')}>{props.stolen}</Fact>}
      </Facts>
      {props.children}
    </Part>
  )
}
