import { type ReactNode, useEffect } from 'react'
import { useLocation, useSearch } from 'wouter'
import { Boundary } from '../components/boundary.tsx'
import { Button } from '../components/button.tsx'
import { Page } from '../components/page.tsx'
import { useToast } from '../components/toasts.tsx'
import { Gate } from '../screens/gate/gate.tsx'
import { handWords } from '../screens/search/handed.ts'
import css from './broken.module.css'
import { takeKeys } from './held-keys.ts'
import { useText } from './language.tsx'

/** A screen, or in its place a calm word that it failed: the places beside it stay, and lead on. */
export function ScreenBoundary({ children }: { children: ReactNode }) {
  const [path] = useLocation()
  const search = useSearch()
  return (
    <Boundary at={`${path}?${search}`} fallback={<BrokenScreen />}>
      {children}
    </Boundary>
  )
}

/** The whole app, or in its place the same word. */
export const AppBoundary = ({ children }: { children: ReactNode }) => (
  <Boundary
    fallback={
      <Gate>
        <Broken />
      </Gate>
    }
  >
    {children}
  </Boundary>
)

const BrokenScreen = () => (
  <Page>
    <div className={css.broken} role="alert">
      <Broken />
    </div>
  </Page>
)

function Broken() {
  const text = useText()
  const [, go] = useLocation()
  return (
    <>
      <h1>{text('app.broken.title')}</h1>
      <p>{text('app.broken.text')}</p>
      <div className={css.actions}>
        <Button kind="primary" onClick={() => location.reload()}>
          {text('app.broken.reload')}
        </Button>
        {/* From the first entry of the history “back” would leave the page. */}
        <Button onClick={() => (history.length > 1 ? history.back() : go('/'))}>{text('app.broken.back')}</Button>
      </div>
    </>
  )
}

/** The palette is in nobody's way: what it would have found, the search screen finds. */
export function BrokenPalette({ close }: { close: () => void }) {
  const text = useText()
  const toast = useToast()
  const [, go] = useLocation()
  useEffect(() => {
    toast({ words: text('app.failed') })
    const { words } = takeKeys()
    if (words.trim() !== '') handWords(words)
    go('/search')
    close()
  }, [toast, text, go, close])
  return null
}
