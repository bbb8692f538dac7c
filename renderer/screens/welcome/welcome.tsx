/** The first run: an identity, the chats, and keeping them safe. Nothing of it is asked twice, and all can be skipped. */
import { type ReactNode, useEffect, useRef } from 'react'
import { useLocation } from 'wouter'
import { useEntryState } from '../../app/entry-state.ts'
import { useText } from '../../app/language.tsx'
import { usePreference } from '../../app/preferences-context.tsx'
import { Button } from '../../components/button.tsx'
import { Page } from '../../components/page.tsx'
import type { MessageId } from '../../messages/shape.ts'
import { useImports } from '../../queries/imports.ts'
import { ChatsStep } from './chats-step.tsx'
import { IdentityStep } from './identity-step.tsx'
import { SafeStep } from './safe-step.tsx'
import css from './welcome.module.css'

interface Step {
  readonly name: MessageId
  readonly title: MessageId
  readonly content: ReactNode
}
const steps: readonly Step[] = [
  { name: 'welcome.identity', title: 'welcome.identity.title', content: <IdentityStep /> },
  { name: 'welcome.chats', title: 'welcome.chats.title', content: <ChatsStep /> },
  { name: 'welcome.safe', title: 'welcome.safe.title', content: <SafeStep /> },
]
const chats = 1

export default function Welcome() {
  const text = useText()
  const [, go] = useLocation()
  const [, change] = usePreference()
  const [at, setAt] = useEntryState('step', 0)
  const { runs } = useImports()
  const title = useRef<HTMLHeadingElement>(null)
  const moved = useRef(false)
  const last = steps.length - 1
  const step = steps[at]

  // The new step is read out, and read from its beginning.
  useEffect(() => {
    if (!moved.current || at < 0) return
    document.getElementById('main')?.scrollTo({ top: 0 })
    title.current?.focus({ preventScroll: true })
  }, [at])

  const move = (to: number) => {
    moved.current = true
    setAt(to)
  }
  const finish = () => {
    change({ welcomed: true })
    go('/')
  }
  if (!step) return null
  return (
    <Page>
      <ol className={css.steps} aria-label={text('welcome.steps')}>
        {steps.map(({ name }, index) => (
          <li key={name} data-done={index < at || undefined} aria-current={index === at ? 'step' : undefined}>
            <button type="button" onClick={() => move(index)}>
              <span>{text(name)}</span>
            </button>
          </li>
        ))}
      </ol>
      <h1 className={css.title} ref={title} tabIndex={-1}>
        {text(step.title)}
      </h1>
      {step.content}
      <div className={css.actions}>
        {at > 0 && <Button onClick={() => move(at - 1)}>{text('welcome.back')}</Button>}
        {at === 0 && (
          <Button kind="quiet" className={css.skip} onClick={finish}>
            {text('welcome.skip-all')}
          </Button>
        )}
        <Button kind="primary" onClick={() => (at < last ? move(at + 1) : finish())}>
          {text(at === last ? 'welcome.finish' : at === chats && runs?.length === 0 ? 'welcome.skip' : 'welcome.next')}
        </Button>
      </div>
    </Page>
  )
}
