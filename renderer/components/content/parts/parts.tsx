/** The parts of a message that are not Markdown: what a model thought, and what it did with tools. */
import { Brain, CircleAlert, CornerDownRight, Puzzle, Wrench } from 'lucide-react'
import { useText } from '../../../app/language.tsx'
import { CodeBlock } from '../code/code-block.tsx'
import { Markdown } from '../markdown/markdown.tsx'
import { isAwaited, type Unit } from '../unit.ts'
import { Fold } from './fold.tsx'
import css from './parts.module.css'
import { inLine, readable, summaryOf } from './summary.ts'

export function Reasoning({ unit }: { unit: Unit }) {
  const text = useText()
  return (
    <Fold id={unit.id} icon={Brain} title={text('content.reasoning')} summary={inLine(unit.title ?? unit.text)}>
      {() => (
        <>
          {unit.title && <Markdown text={unit.title} id={`${unit.id} title`} />}
          {unit.text && <Markdown text={unit.text} id={unit.id} />}
        </>
      )}
    </Fold>
  )
}

export function ToolCall({ unit }: { unit: Unit }) {
  const text = useText()
  const { name = text('content.tool'), data } = unit
  return (
    <Fold id={unit.id} icon={Wrench} title={name} summary={summaryOf(data)}>
      {() => <Value value={data ?? unit.text} id={unit.id} name={text('content.tool.input')} />}
    </Fold>
  )
}

export function ToolResult({ unit }: { unit: Unit }) {
  const text = useText()
  const title = text(unit.error ? 'content.tool.error' : 'content.tool.result', { name: unit.name ?? '' }).trim()
  return (
    <Fold
      id={unit.id}
      icon={unit.error ? CircleAlert : CornerDownRight}
      title={title}
      summary={inLine(unit.text) ?? summaryOf(unit.data)}
      failed={unit.error}
    >
      {() => (
        <>
          {unit.text && <Value value={unit.text} id={unit.id} name={text('content.tool.output')} />}
          {unit.data !== undefined && <Value value={unit.data} id={`${unit.id} data`} name={text('content.tool.data')} />}
          {!unit.text && unit.data === undefined && <p>{text('content.tool.nothing')}</p>}
        </>
      )}
    </Fold>
  )
}

/** A part of a type that nobody knows yet, as it came; of a message that has not come itself, a word on that. */
export function Unknown({ unit }: { unit: Unit }) {
  const text = useText()
  if (isAwaited(unit)) return <p className={css.awaited}>{unit.first ? text('content.awaited') : '…'}</p>
  return (
    <Fold id={unit.id} icon={Puzzle} title={text('content.unknown')} summary={unit.name}>
      {() => <Value value={unit.data ?? unit.text} id={unit.id} name={unit.name ?? ''} />}
    </Fold>
  )
}

const Value = ({ value, id, name }: { value: unknown; id: string; name: string }) => (
  <CodeBlock
    code={readable(value)}
    language={typeof value === 'string' ? undefined : 'json'}
    name={name}
    id={`${id} value`}
    wrapped
  />
)
