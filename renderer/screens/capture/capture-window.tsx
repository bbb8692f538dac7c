import { useEffect } from 'react'
import { useHost } from '../../app/host-context.tsx'
import { useText } from '../../app/language.tsx'
import css from './capture.module.css'
import { SnippetForm } from './snippet-form.tsx'

/** The same in a small window of its own, which goes once the node has the text. */
export default function CaptureWindow() {
  const text = useText()
  const host = useHost()
  const close = () => void host.call('capture.close', undefined).catch(() => undefined)
  useEffect(() => {
    document.title = text('capture.title')
  }, [text])
  return (
    <main className={css.alone}>
      <h1 className="visually-hidden">{text('capture.title')}</h1>
      <SnippetForm kept={close} close={close} />
    </main>
  )
}
