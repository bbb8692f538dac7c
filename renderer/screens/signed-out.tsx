import { Command } from '../components/command.tsx'
import { Page } from '../components/page.tsx'
import { words } from '../words.ts'

/** Says why there is no session, and how to get a link. */
export function SignedOut({ why }: { why: 'no-session' | 'link-invalid' | 'ended' }) {
  const { title, text } = words.signedOut[why]
  return (
    <Page>
      <h1>{title}</h1>
      <p className="lead">{text}</p>
      <p>{words.signedOut.how}</p>
      <Command line={words.signedOut.command} hint={words.signedOut.clone} />
    </Page>
  )
}
