import { useText } from '../../app/language.tsx'

/** The library: the list of conversations and, beside it, the one that is read. */
export function Library({ conversation }: { conversation?: string }) {
  const text = useText()
  return <h1>{conversation ?? text('app.library')}</h1>
}
