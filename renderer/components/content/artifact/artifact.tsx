import { Play, Square } from 'lucide-react'
import { useState } from 'react'
import { z } from 'zod'
import { accounts } from '../../../../node-core/contract/api/account.ts'
import { useClient } from '../../../app/client-context.tsx'
import { useText } from '../../../app/language.tsx'
import { Button } from '../../button.tsx'
import { CodeBlock } from '../code/code-block.tsx'
import { Markdown } from '../markdown/markdown.tsx'
import type { Unit } from '../unit.ts'
import css from './artifact.module.css'
import { ArtifactFrame } from './artifact-frame.tsx'
import { networkCloses } from './network-check.ts'
import { hasScripts, languageOf, type Shape, shapeOf } from './shape.ts'

const about = z.object({
  kind: z.string().catch(''),
  change: z.enum(['create', 'update', 'rewrite']).optional().catch(undefined),
})

const names = {
  page: 'content.artifact.page',
  picture: 'content.artifact.picture',
  text: 'content.artifact.text',
  component: 'content.artifact.component',
  diagram: 'content.artifact.diagram',
  code: 'content.artifact.code',
} as const satisfies Record<Shape, string>
/** Why some are shown as code only. */
const reasons: Partial<Record<Shape, 'content.artifact.component.why' | 'content.artifact.diagram.why'>> = {
  component: 'content.artifact.component.why',
  diagram: 'content.artifact.diagram.why',
}

/** A document or program that a model made beside the talk: its code, and what becomes of it where that is safe. */
export function Artifact({ unit }: { unit: Unit }) {
  const text = useText()
  const { kind, change } = about.catch({ kind: '', change: undefined }).parse(unit.data)
  const shape = shapeOf(kind, unit.language)
  const title = unit.title || text('content.artifact')
  const reason = reasons[shape]
  const [shown, setShown] = useState<'no' | 'asking' | 'still' | 'live'>('no')
  const { call } = useClient()
  const answers = () =>
    call(accounts['status.get'], {}).then(
      () => true,
      () => false,
    )
  const runs = shape === 'page' && hasScripts(unit.text)
  const show = () => {
    if (!runs) return setShown('still')
    setShown('asking')
    void networkCloses(document, answers).then((closes) =>
      setShown((before) => (before === 'asking' ? (closes ? 'live' : 'still') : before)),
    )
  }
  const code = (
    <CodeBlock code={unit.text} language={languageOf(shape, kind, unit.language)} id={unit.id} wrapped={shape === 'text'} />
  )
  return (
    <figure className={css.artifact}>
      <figcaption className={css.bar}>
        <div className={css.title}>
          <strong dir="auto">{title}</strong>
          <small>
            {text(names[shape])}
            {change && ` · ${text(`content.artifact.${change}`)}`}
          </small>
        </div>
        {(shape === 'page' || shape === 'picture') &&
          (shown === 'no' ? (
            <Button onClick={show}>
              <Play size={16} strokeWidth={1.75} aria-hidden />
              {text(runs ? 'content.artifact.run' : 'content.artifact.show')}
            </Button>
          ) : (
            <Button onClick={() => setShown('no')}>
              <Square size={16} strokeWidth={1.75} aria-hidden />
              {text(runs ? 'content.artifact.stop' : 'content.artifact.hide')}
            </Button>
          ))}
      </figcaption>
      {shown === 'asking' && <p role="status">{text('app.loading')}</p>}
      {(shown === 'still' || shown === 'live') && (
        <>
          <ArtifactFrame key={shown} text={unit.text} title={title} live={shown === 'live'} />
          <p className={css.why} role="status">
            {text(shown === 'live' ? 'content.artifact.live' : runs ? 'content.artifact.still' : 'content.artifact.plain')}
          </p>
        </>
      )}
      {shape === 'text' ? (
        <>
          <div className={css.document}>
            <Markdown text={unit.text} id={unit.id} />
          </div>
          <details className={css.source}>
            <summary>{text('content.artifact.source')}</summary>
            {code}
          </details>
        </>
      ) : (
        code
      )}
      {reason && <p className={css.why}>{text(reason)}</p>}
    </figure>
  )
}
