import { FileText } from 'lucide-react'
import { useText } from '../../../app/language.tsx'
import { CodeBlock } from '../code/code-block.tsx'
import { Fold } from '../parts/fold.tsx'
import { inLine } from '../parts/summary.ts'
import type { Unit } from '../unit.ts'

/** What the provider read out of a file, or heard in it. */
export function ExtractedText({ unit }: { unit: Unit }) {
  const text = useText()
  return (
    <Fold id={unit.id} icon={FileText} title={text('content.file.text')} summary={inLine(unit.text)}>
      {() => <CodeBlock code={unit.text} name={unit.name} id={unit.id} wrapped />}
    </Fold>
  )
}
