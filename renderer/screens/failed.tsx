import { Page } from '../components/page.tsx'
import { words } from '../words.ts'

/** What went wrong, in the words of the error. */
export function Failed({ error, again }: { error: Error; again: () => void }) {
  return (
    <Page>
      <h1>{words.failed.title}</h1>
      <p className="lead">{error.message}</p>
      <button type="button" onClick={again}>
        {words.failed.again}
      </button>
    </Page>
  )
}
