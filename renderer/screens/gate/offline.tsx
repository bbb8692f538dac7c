import { useEffect } from 'react'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { Command } from '../../components/command.tsx'
import { Gate } from './gate.tsx'

const everySeconds = 5

/** The node does not answer; asks again now and then, and when the person comes back. */
export function Offline({ again }: { again: () => void }) {
  const text = useText()
  useEffect(() => {
    const timer = setInterval(again, everySeconds * 1000)
    window.addEventListener('online', again)
    return () => {
      clearInterval(timer)
      window.removeEventListener('online', again)
    }
  }, [again])
  return (
    <Gate>
      <h1>{text('app.offline.title')}</h1>
      <p>{text('app.offline.text')}</p>
      <Command line="vivim serve" hint={text('app.clone', { line: 'npm start' })} within="npm start" />
      <Button kind="primary" onClick={again}>
        {text('app.again')}
      </Button>
    </Gate>
  )
}
