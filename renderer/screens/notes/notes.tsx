import { useText } from '../../app/language.tsx'
import { BackLink } from '../../components/back-link.tsx'
import { Button } from '../../components/button.tsx'
import { Loading } from '../../components/loading.tsx'
import { NoteForm } from '../../components/note-form.tsx'
import { ErrorNotice } from '../../components/notice.tsx'
import { Page, PageHead } from '../../components/page.tsx'
import { useAllNotes, useWriteNote } from '../../queries/notes.ts'
import { NoteItem } from './note-item.tsx'
import css from './notes.module.css'

/** Everything that the person wrote down, on conversations and on its own, and a field for more. */
export default function Notes() {
  const text = useText()
  const { items, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useAllNotes()
  const write = useWriteNote()
  return (
    <Page back={<BackLink to="/" name={text('app.library')} />}>
      <PageHead title={text('notes.title')} lead={text('notes.lead')} />
      <NoteForm
        busy={write.isPending}
        error={write.error}
        save={(words, clear) => write.mutate({ text: words }, { onSuccess: clear })}
      />
      {error && <ErrorNotice error={error} again={() => void refetch()} />}
      {!items && !error && <Loading />}
      {items?.length === 0 && <p className={css.soft}>{text('notes.none')}</p>}
      {items && items.length > 0 && (
        <ul className={css.list} aria-label={text('notes.title')}>
          {items.map((note) => (
            <NoteItem key={note.id} note={note} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <div>
          <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {text('notes.more')}
          </Button>
        </div>
      )}
    </Page>
  )
}
