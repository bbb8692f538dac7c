import { memo } from 'react'
import { Boundary } from '../boundary.tsx'
import { Artifact } from './artifact/artifact.tsx'
import { Attachment } from './attachment/attachment.tsx'
import { CodeBlock } from './code/code-block.tsx'
import { Formula } from './formula/formula.tsx'
import { Markdown } from './markdown/markdown.tsx'
import { formulaIn } from './markdown/parse.ts'
import { Reasoning, ToolCall, ToolResult, Unknown } from './parts/parts.tsx'
import { Quote } from './parts/quote.tsx'
import type { Unit } from './unit.ts'
import css from './unit-content.module.css'

export interface UnitContentProps {
  unit: Unit
  /** Units of the same message, as far as they are loaded: links and footnotes may be defined in them. */
  around?: readonly Unit[] | undefined
  /** How many headings of the same message it stands under. */
  under?: number | undefined
}

/** What a unit looks like when it is read. Whatever it says, nothing of it runs, and nothing is loaded from outside. */
export const UnitContent = memo(function UnitContent({ unit, around, under }: UnitContentProps) {
  return (
    <Boundary fallback={<AsItCame text={unit.text} />}>
      <Shown unit={unit} around={around} under={under} />
    </Boundary>
  )
})

function Shown({ unit, around, under }: UnitContentProps) {
  switch (unit.kind) {
    case 'code':
      return <CodeBlock code={unit.code ?? unit.text} language={unit.language} id={unit.id} />
    case 'math':
      return <Formula source={formulaIn(unit.text)} display />
    case 'html':
      return <AsItCame text={unit.text.trim()} />
    case 'quote':
      return <Quote unit={unit} around={around} />
    case 'reasoning':
      return <Reasoning unit={unit} />
    case 'tool-call':
      return <ToolCall unit={unit} />
    case 'tool-result':
      return <ToolResult unit={unit} />
    case 'artifact':
      return <Artifact unit={unit} />
    case 'attachment':
      return <Attachment unit={unit} />
    case 'unknown':
      return <Unknown unit={unit} />
    default:
      return <Markdown text={unit.text} id={unit.id} around={around} citations={unit.citations} under={under} />
  }
}

/** Exactly what was written; also where showing it any better has failed, which must not take the talk with it. */
const AsItCame = ({ text }: { text: string }) => (
  <pre className={css.html} dir="auto">
    {text}
  </pre>
)
