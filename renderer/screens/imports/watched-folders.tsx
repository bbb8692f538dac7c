import { useId } from 'react'
import { useIntl } from 'react-intl'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { formatBytes } from '../../components/bytes.ts'
import { Dotted } from '../../components/dotted.tsx'
import { ErrorNotice } from '../../components/notice.tsx'
import { Entries, Entry, EntryFact } from '../../components/parts.tsx'
import {
  type FolderSuggestion,
  useFolderSuggestions,
  useUnwatch,
  useWatch,
  useWatchedFolders,
  type WatchedFolder,
} from '../../queries/watching.ts'
import { OtherFolder } from './other-folder.tsx'
import css from './watched-folders.module.css'

const programs = { 'claude-code': 'Claude Code', 'codex': 'Codex' } as const

/** Folders that the node imports from by itself, and those that it could. Not there for who has no say in it. */
export function WatchedFolders() {
  const text = useText()
  const heading = useId()
  const { data: folders } = useWatchedFolders()
  const { data: suggestions } = useFolderSuggestions()
  const watch = useWatch()
  const unwatch = useUnwatch()
  // who may not know of them, and who asks while the node is away
  if (!folders || !suggestions) return null
  const nameOf = ({ path }: { path: string }): string => {
    const known = suggestions.find((one) => one.path === path)
    if (!known) return path.split(/[/\\]/).findLast(Boolean) ?? path
    return known.program === 'downloads' ? text('imports.watch.downloads') : programs[known.program]
  }
  const offered = suggestions.filter(({ path, kind, files }) => {
    const taken = folders.some((folder) => folder.path === path)
    return !taken && (kind === 'exports' || files > 0)
  })
  return (
    <section className={css.part} aria-labelledby={heading}>
      <h2 id={heading}>{text('imports.watch')}</h2>
      <p className={css.soft}>{text('imports.watch.lead')}</p>
      {folders.length + offered.length > 0 && (
        <Entries>
          {folders.map((folder) => (
            <Watched
              key={folder.path}
              folder={folder}
              name={nameOf(folder)}
              stop={() => unwatch.mutate(folder.path)}
              busy={unwatch.isPending}
            />
          ))}
          {offered.map((one) => (
            <Offered
              key={one.path}
              offer={one}
              name={nameOf(one)}
              start={() => watch.mutate({ path: one.path, kind: one.kind, given: false })}
              busy={watch.isPending}
            />
          ))}
        </Entries>
      )}
      {(watch.error ?? unwatch.error) && <ErrorNotice error={watch.error ?? unwatch.error} />}
      <OtherFolder watch={watch} />
    </section>
  )
}

function Watched(props: { folder: WatchedFolder; name: string; stop: () => void; busy: boolean }) {
  const text = useText()
  const { path, kind, state, files, pending, trouble, failed } = props.folder
  const facts = [
    kind === 'sessions' ? text('imports.watch.sessions', { count: files }) : text('imports.watch.taken', { count: files }),
    pending > 0 && text('imports.watch.pending', { count: pending }),
  ]
  return (
    <Entry
      name={props.name}
      state={text(`imports.watch.state.${state}`)}
      actions={
        <Button
          disabled={props.busy}
          aria-label={text('imports.watch.of', { act: text('imports.watch.stop'), name: props.name })}
          onClick={props.stop}
        >
          {text('imports.watch.stop')}
        </Button>
      }
    >
      <EntryFact>
        <bdi dir="ltr">{path}</bdi>
      </EntryFact>
      <EntryFact>
        <Dotted facts={facts} />
      </EntryFact>
      {trouble && <span className={css.trouble}>{text(`error.${trouble.code}`)}</span>}
      {failed.map((one) => (
        <span key={one.path} className={css.trouble}>
          <bdi dir="ltr">{one.path}</bdi>: {text(`error.${one.code}`)}
        </span>
      ))}
    </Entry>
  )
}

function Offered(props: { offer: FolderSuggestion; name: string; start: () => void; busy: boolean }) {
  const text = useText()
  const intl = useIntl()
  const { path, kind, files, bytes } = props.offer
  const sessions = kind === 'sessions'
  const act = text(sessions ? 'imports.watch.start' : 'imports.watch.start.exports')
  return (
    <Entry
      name={props.name}
      actions={
        <Button disabled={props.busy} aria-label={text('imports.watch.of', { act, name: props.name })} onClick={props.start}>
          {act}
        </Button>
      }
    >
      <EntryFact>
        <bdi dir="ltr">{path}</bdi>
      </EntryFact>
      <EntryFact>
        {sessions ? (
          <Dotted facts={[text('imports.watch.sessions', { count: files }), formatBytes(bytes, intl)]} />
        ) : (
          text('imports.watch.exports')
        )}
      </EntryFact>
    </Entry>
  )
}
