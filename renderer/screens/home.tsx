import type { Call } from '../client.ts'
import { Command } from '../components/command.tsx'
import { Facts } from '../components/facts.tsx'
import { Figures } from '../components/figures.tsx'
import { formatBytes, formatCount, formatDay } from '../components/numbers.ts'
import { Page } from '../components/page.tsx'
import { type Account, useAccount } from '../queries/account.ts'
import { type Status, useStatus } from '../queries/status.ts'
import { words } from '../words.ts'
import { Failed } from './failed.tsx'
import { Offline } from './offline.tsx'

/** Proves the session: whose node this is, and what it holds. */
export function Home({ call }: { call: Call }) {
  const account = useAccount(call)
  const status = useStatus(call)
  const again = () => {
    account.again()
    status.again()
  }
  for (const query of [account, status]) {
    if (query.state === 'failed') {
      const offline = 'code' in query.error && query.error.code === 'unavailable'
      return offline ? <Offline again={again} /> : <Failed error={query.error} again={again} />
    }
  }
  if (account.state !== 'loaded' || status.state !== 'loaded') return <Page busy>{words.starting}</Page>
  return <Holdings account={account.data} status={status.data} />
}

function Holdings({ account, status }: { account: Account; status: Status }) {
  const { conversations, messages, bytes } = status.account
  const running = status.imports.running
  return (
    <Page>
      <h1>{words.home.title}</h1>
      {conversations > 0 ? (
        <Figures
          figures={[
            { label: words.home.conversations(conversations), value: formatCount(conversations) },
            { label: words.home.messages(messages), value: formatCount(messages) },
            { label: words.home.stored, value: formatBytes(bytes) },
          ]}
        />
      ) : (
        <>
          <p className="lead">{words.home.empty}</p>
          <Command line={words.home.importCommand} hint={words.home.importClone} />
        </>
      )}
      {running > 0 && (
        <p>
          {formatCount(running)} {words.home.importing(running)}
        </p>
      )}
      {status.warnings.length > 0 && (
        <div className="notice">
          {status.warnings.map((warning) => (
            <p key={warning}>{warning}</p>
          ))}
          {!account.phraseConfirmed && <Command line={words.home.phraseCommand} hint={words.home.phraseClone} />}
        </div>
      )}
      <Facts
        facts={[
          [words.home.account, account.name ?? words.home.unnamed],
          ['DID', account.did],
          [words.home.device, account.device.name],
          [words.home.since, formatDay(account.created)],
          [words.home.keys, status.keychain],
          [words.home.integrity, words.home.states[status.integrity.state]],
          [words.home.version, status.version],
        ]}
      />
    </Page>
  )
}
