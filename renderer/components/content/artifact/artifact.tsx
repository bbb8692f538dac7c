import { useText } from '../../../app/language.tsx'
import { CodeBlock } from '../code/code-block.tsx'
import type { Unit } from '../unit.ts'
import css from './artifact.module.css'

/** A document or program that a model made beside the talk. */
export function Artifact({ unit }: { unit: Unit }) {
  const text = useText()
  return (
    <figure className={css.artifact}>
      <figcaption className={css.bar}>
        <span dir="auto">{unit.title ?? text('content.artifact')}</span>
      </figcaption>
      <CodeBlock code={unit.text} language={unit.language} id={unit.id} />
    </figure>
  )
}
