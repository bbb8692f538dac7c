import css from './command.module.css'

/** A command for the person to type, with a word on where. */
export const Command = ({ line, hint }: { line: string; hint?: string }) => (
  <div className={css.command}>
    <code dir="ltr">{line}</code>
    {hint && <small>{hint}</small>}
  </div>
)
