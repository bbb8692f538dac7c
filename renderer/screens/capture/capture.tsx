import { useState } from 'react'
import { Link } from 'wouter'
import type { ConversationId } from '../../../node-core/contract/ids.ts'
import { useText } from '../../app/language.tsx'
import { BackLink } from '../../components/back-link.tsx'
import { Page, PageHead } from '../../components/page.tsx'
import css from './capture.module.css'
import { SnippetForm } from './snippet-form.tsx'

/** Writing or pasting something into the library. */
export default function Capture() {
  const text = useText()
  const [last, setLast] = useState<ConversationId>()
  return (
    <Page back={<BackLink to="/" name={text('app.library')} />}>
      <PageHead title={text('capture.title')} lead={text('capture.lead')} />
      <SnippetForm kept={setLast} />
      <p role="status" className={css.kept}>
        {last && (
          <>
            {text('capture.kept')} <Link href={`/c/${last}`}>{text('capture.open')}</Link>
          </>
        )}
      </p>
    </Page>
  )
}
