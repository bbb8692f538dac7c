import { useEffect } from 'react'
import { useToast } from '../components/toasts.tsx'
import { useText } from './language.tsx'
import { useHeld } from './offline-context.tsx'

/** Says that a newer page has been fetched, and lets it in when the person says so. */
export function NewerPage() {
  const text = useText()
  const toast = useToast()
  const install = useHeld()?.install
  useEffect(() => {
    install?.onNewer((letIn) => toast({ words: text('app.newer'), action: { words: text('app.newer.load'), act: letIn } }))
  }, [install, toast, text])
  return null
}
