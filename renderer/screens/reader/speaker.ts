import type { Source } from '../../../node-core/contract/content.ts'
import { useText } from '../../app/language.tsx'
import { sourceNames } from '../../components/source-name.ts'
import type { Unit } from '../../queries/units.ts'

/** Who said a message, in a word: “You”, the model’s or tool’s name, else the service’s. */
export function useSpeaker(source: Source): (head: Unit) => string {
  const text = useText()
  return ({ role, author, model }) => {
    if (role === 'user') return author ?? text('reader.you')
    if (role === 'assistant') return author ?? model ?? sourceNames[source]
    return author ?? text(role === 'system' ? 'reader.system' : 'reader.tool')
  }
}
