import { Disclosure, DisclosureContent, DisclosureProvider } from '@ariakit/react'
import { useText } from '../../app/language.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { ErrorNotice } from '../../components/notice.tsx'
import { useAccount } from '../../queries/account.ts'
import { Typed } from './typed.tsx'
import css from './welcome.module.css'

/** Who the person is to their node, and the words that bring it back. */
export function IdentityStep() {
  const text = useText()
  const { data: account, error, refetch } = useAccount()
  return (
    <div className={css.content}>
      <p className={css.lead}>{text('welcome.identity.text')}</p>
      {error && <ErrorNotice error={error} again={() => void refetch()} />}
      {account && (
        <dl className={css.identity}>
          {account.name && (
            <div>
              <dt>{text('welcome.identity.name')}</dt>
              <dd dir="auto">{account.name}</dd>
            </div>
          )}
          <div>
            <dt>{text('welcome.identity.did')}</dt>
            <dd>
              <code dir="ltr" title={account.did}>
                {shortened(account.did)}
              </code>
              <CopyButton content={account.did} what={text('welcome.identity.copy')} />
            </dd>
          </div>
        </dl>
      )}
      <section className={css.section}>
        <h2>{text('welcome.phrase')}</h2>
        <p>{text(account?.phraseConfirmed ? 'welcome.phrase.confirmed' : 'welcome.phrase.text')}</p>
        {account && !account.phraseConfirmed && (
          <>
            <Typed words="welcome.phrase.where" command="account phrase" />
            <Typed words="welcome.phrase.confirm" command="account confirm" />
          </>
        )}
      </section>
      <DisclosureProvider>
        <Disclosure className={css.more}>{text('welcome.recover')}</Disclosure>
        <DisclosureContent className={css.section}>
          <Typed words="welcome.recover.backup" command="restore FILE" />
          <Typed words="welcome.recover.words" command="account new --from-phrase" />
        </DisclosureContent>
      </DisclosureProvider>
    </div>
  )
}

/** Its beginning and end: enough to recognise it. */
const shortened = (did: string): string => (did.length > 28 ? `${did.slice(0, 16)} … ${did.slice(-6)}` : did)
