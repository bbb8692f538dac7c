import { useText } from '../../app/language.tsx'
import { useOfflineStanding } from '../../app/offline-context.tsx'
import type { SignedOutWhy } from '../../app/session.ts'
import { Button } from '../../components/button.tsx'
import { Command } from '../../components/command.tsx'
import { Notice } from '../../components/notice.tsx'
import { Gate } from './gate.tsx'

/** Says why there is no session, and how to get a link. */
export function SignedOut({ why, pair }: { why: SignedOutWhy; pair: () => void }) {
  const text = useText()
  const { figures } = useOfflineStanding()
  const waiting = (figures?.waiting ?? 0) + (figures?.refused.length ?? 0)
  // Pairing it again is the way on: it is a device that has something to lose.
  const again = why === 'other-node' || why === 'forked'
  return (
    <Gate>
      <h1>{text(`app.signed-out.${why}.title`)}</h1>
      <p>{text(`app.signed-out.${why}.text`)}</p>
      {why === 'forked' && waiting > 0 && (
        <Notice>
          <p>{text('app.signed-out.forked.waiting', { count: waiting })}</p>
        </Notice>
      )}
      {!again && (
        <>
          <div>{text('app.signed-out.how')}</div>
          <Command
            line="vivim link"
            hint={text('app.clone', { line: 'npm run -s vivim -- link' })}
            within="npm run -s vivim -- link"
          />
          <div>{text('app.signed-out.pair')}</div>
        </>
      )}
      <Button kind={again ? 'primary' : 'plain'} onClick={pair}>
        {text(why === 'forked' ? 'app.signed-out.forked.action' : 'app.signed-out.pair.action')}
      </Button>
      <Lost />
    </Gate>
  )
}

/** What was written here, never reached the node, and is removed with the rest: shown once more. */
function Lost() {
  const text = useText()
  const { lost } = useOfflineStanding()
  if (lost.length === 0) return null
  return (
    <section>
      <h2>{text('app.lost')}</h2>
      <p>{text('app.lost.text')}</p>
      <ul>
        {lost.map(({ conversation, kind, text: written }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
          <li key={`${at} ${conversation} ${kind}`} dir="auto">
            {written}
          </li>
        ))}
      </ul>
    </section>
  )
}
