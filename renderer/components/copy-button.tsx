import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useText } from '../app/language.tsx'
import { Button, IconButton } from './button.tsx'
import { copyText } from './copy-text.ts'
import { useToast } from './toasts.tsx'

/** For so long the button says that it was done, in milliseconds. */
const shownFor = 2000

/** Copies `content`, and says so. `what`: what is copied, for those who only hear the button; `wide`: shows its words. */
export function CopyButton({ content, what, wide = false }: { content: string; what?: string; wide?: boolean }) {
  const text = useText()
  const [copied, setCopied] = useState(false)
  const toast = useToast()
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), shownFor)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = async () => {
    const done = await copyText(content)
    setCopied(done)
    if (!done) toast({ words: text('app.copy.refused') })
  }
  const icon = copied ? <Check size={16} strokeWidth={1.75} aria-hidden /> : <Copy size={16} strokeWidth={1.75} aria-hidden />
  return (
    <>
      {wide ? (
        <Button onClick={() => void copy()}>
          {icon}
          {text(copied ? 'app.copied' : 'app.copy')}
        </Button>
      ) : (
        <IconButton label={what ?? text('app.copy')} onClick={() => void copy()}>
          {icon}
        </IconButton>
      )}
      <span className="visually-hidden" role="status">
        {copied && text('app.copied')}
      </span>
    </>
  )
}
