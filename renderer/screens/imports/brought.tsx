import { useIntl } from 'react-intl'
import { Link } from 'wouter'
import type { ImportId } from '../../../node-core/contract/ids.ts'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { useImportedConversations } from '../../queries/imports.ts'
import css from './report.module.css'

/** The conversations that an import brought or changed. */
export function Brought({ import: id }: { import: ImportId }) {
  const text = useText()
  const intl = useIntl()
  const { items, hasNextPage, fetchNextPage, isFetchingNextPage } = useImportedConversations(id, true)
  if (!items || items.length === 0) return null
  return (
    <section className={css.section}>
      <h2>{text('imports.brought')}</h2>
      <ul className={css.brought}>
        {items.map(({ id: conversation, title, updated, created, messages }) => (
          <li key={conversation}>
            <Link href={`/c/${conversation}`}>
              <span dir="auto">{title ?? text('imports.untitled')}</span>
              <small>
                {[
                  (updated ?? created) ? intl.formatDate(updated ?? created ?? 0, { dateStyle: 'medium' }) : undefined,
                  text('imports.messages', { count: messages }),
                ]
                  .filter(Boolean)
                  .join(' · ')}
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
