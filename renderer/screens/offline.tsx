import { useEffect } from 'react'
import { Command } from '../components/command.tsx'
import { Page } from '../components/page.tsx'
import { words } from '../words.ts'

const everySeconds = 5

/** The node does not answer; asks again now and then, and when the person comes back. */
export function Offline({ again }: { again: () => void }) {
  useEffect(() => {
    const timer = setInterval(again, everySeconds * 1000)
    window.addEventListener('online', again)
    return () => {
      clearInterval(timer)
      window.removeEventListener('online', again)
    }
  }, [again])
  return (
    <Page>
      <h1>{words.offline.title}</h1>
      <p className="lead">{words.offline.text}</p>
      <Command line={words.offline.command} hint={words.offline.clone} />
      <button type="button" onClick={again}>
        {words.offline.again}
      </button>
    </Page>
  )
}
