import { useText } from '../../app/language.tsx'
import { Command } from '../../components/command.tsx'
import type { MessageId } from '../../messages/shape.ts'
import css from './welcome.module.css'

/** Something that is done in a terminal: what it is for, and the command after `vivim`. */
export function Typed({ words, command }: { words: MessageId; command: string }) {
  const text = useText()
  const within = `npm run -s vivim -- ${command}`
  return (
    <div className={css.step}>
      <p>{text(words)}</p>
      <Command line={`vivim ${command}`} hint={text('app.clone', { line: within })} within={within} />
    </div>
  )
}
