import { useIntl } from 'react-intl'
import { Link } from 'wouter'
import { useText } from '../../app/language.tsx'
import { formatBytes } from '../../components/bytes.ts'
import { Command } from '../../components/command.tsx'
import { Loading } from '../../components/loading.tsx'
import { ErrorNotice } from '../../components/notice.tsx'
import { Fact, Facts, Page, Part, Soft } from '../../components/parts.tsx'
import { type StorageUse, useStorage } from '../../queries/storage.ts'
import { ExportPart } from './export.tsx'
import css from './storage.module.css'

/** In the order of the bar and the table. */
const kinds = ['log', 'blobs', 'library', 'search', 'staging'] as const

/** What takes how much room, how to take everything out, and how to delete. */
export function StorageSection() {
  const text = useText()
  const { data: use, error, refetch } = useStorage()
  return (
    <Page title={text('settings.storage')} lead={text('settings.storage.lead')}>
      {use ? <Use use={use} /> : error ? <ErrorNotice error={error} again={() => void refetch()} /> : <Loading />}
      <ExportPart />
      <Part title={text('settings.delete')}>
        <p>{text('settings.delete.conversation')}</p>
        <p>
          {text('settings.delete.import')} <Link href="/import">{text('settings.delete.import.link')}</Link>
        </p>
        <Soft>{text('settings.delete.all')}</Soft>
        <Command line="vivim status" hint={text('settings.delete.all.where')} />
      </Part>
    </Page>
  )
}

function Use({ use }: { use: StorageUse }) {
  const text = useText()
  const intl = useIntl()
  return (
    <div className={css.use}>
      {/* The table below says the same in words and figures. */}
      <div className={css.bar} aria-hidden>
        {kinds.map((kind) => (
          <span key={kind} data-kind={kind} style={{ flexGrow: use[kind] }} />
        ))}
      </div>
      <table className={css.table}>
        <caption className="visually-hidden">{text('settings.storage.table')}</caption>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">{text('settings.storage.kind')}</th>
            <th scope="col">{text('settings.storage.size')}</th>
          </tr>
        </thead>
        <tbody>
          {kinds.map((kind) => (
            <tr key={kind}>
              <th scope="row">
                <span className={css.swatch} data-kind={kind} aria-hidden />
                {text(`settings.storage.${kind}`)}
                <small>{text(`settings.storage.${kind}.more`)}</small>
              </th>
              <td>{formatBytes(use[kind], intl)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{text('settings.storage.total')}</th>
            <td>{formatBytes(use.total, intl)}</td>
          </tr>
        </tfoot>
      </table>
      <Facts>
        <Fact name={text('settings.storage.free')}>{formatBytes(use.free, intl)}</Fact>
        <Fact
          name={text('settings.storage.quota')}
          more={text('settings.storage.quota.more', { line: 'vivim account quota 20GB' })}
        >
          {use.quota === null
            ? text('settings.storage.quota.none')
            : text('settings.storage.quota.value', { quota: formatBytes(use.quota, intl), used: formatBytes(use.log, intl) })}
        </Fact>
      </Facts>
    </div>
  )
}
