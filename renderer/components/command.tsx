import css from './command.module.css'

/** A command for the person to type, with a word on where; `within`: a command that the word holds, kept in one piece. */
export function Command({ line, hint, within }: { line: string; hint?: string; within?: string }) {
  const [before, after] = hint && within ? hint.split(within) : [hint]
  return (
    <div className={css.command}>
      <code dir="ltr">{line}</code>
      {hint && (
        <small>
          {before}
          {within && <code dir="ltr">{within}</code>}
          {after}
        </small>
      )}
    </div>
  )
}
