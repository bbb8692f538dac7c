import { useIntl } from 'react-intl'
import { Link } from 'wouter'
import type { ImportId } from '../../../node-core/contract/ids.ts'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { Dotted } from '../../components/dotted.tsx'
import { useImportedConversations } from '../../queries/imports.ts'
import { presetLibrary } from '../library/library-state.ts'
import css from './report.module.css'

/** The conversations that an import brought or changed. */
export function Brought({ import: id }: { import: ImportId }) {
  const text = useText()
  const intl = useIntl()
  const { items, hasNextPage, fetchNextPage, isFetchingNextPage } = useImportedConversations(id, true)
  const dateOf = (time: number | null) => time !== null && intl.formatDate(time, { dateStyle: 'medium' })
  if (!items || items.length === 0) return null
  return (
    <section className={css.section}>
      <h2>{text('imports.brought')}</h2>
      <Link href="/" onClick={() => presetLibrary({ import: id, archived: 'both' })}>
        {text('imports.brought.library')}
      </Link>
      <ul className={css.brought}>
        {items.map(({ id: conversation, title, updated, created, messages }) => (
          <li key={conversation}>
            <Link href={`/c/${conversation}`}>
              <span dir="auto">{title ?? text('imports.untitled')}</span>
              <small>
                <Dotted facts={[dateOf(updated ?? created), text('imports.messages', { count: messages })]} />
              </small>
            </Link>
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {text('imports.more')}
        </Button>
      )}
    </section>
  )
}
