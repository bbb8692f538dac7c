import { useIntl } from 'react-intl'
import { Link } from 'wouter'
import { catalogue, type ErrorCode } from '../../../node-core/contract/errors.ts'
import { useText } from '../../app/language.tsx'
import { Notice } from '../../components/notice.tsx'
import { sourceNames } from '../../components/source-name.ts'
import type { MessageId } from '../../messages/shape.ts'
import type { ImportRun } from '../../queries/imports.ts'
import css from './report.module.css'
import { useReason } from './use-reason.ts'

/** What to do about an import that failed; any other failure is none of the file's. */
const remedies: Partial<Record<ErrorCode, MessageId>> = {
  'import-empty': 'imports.remedy.damaged',
  'import-unknown-format': 'imports.remedy.unknown',
  'import-damaged': 'imports.remedy.damaged',
  'import-unsafe-name': 'imports.remedy.unsafe',
  'import-bomb': 'imports.remedy.unsafe',
  'import-too-large': 'imports.remedy.large',
  'import-encrypted': 'imports.remedy.encrypted',
  'storage-full': 'imports.remedy.space',
  'quota-exceeded': 'imports.remedy.quota',
}
const isCode = (code: string): code is ErrorCode => Object.hasOwn(catalogue, code)

/** Why nothing came in: what was wrong, where, and what to do. */
export function Failure({ run: { error } }: { run: ImportRun }) {
  const text = useText()
  const intl = useIntl()
  const services = intl.formatList(Object.values(sourceNames))
  const code = error && isCode(error.code) ? error.code : 'internal'
  return (
    <div className={css.failure}>
      <p className={css.summary}>{text('imports.summary.failed')}</p>
      <Notice kind="danger">
        <p>{text(`error.${code}`)}</p>
        {/* Of a format that nobody knows the services below say more. */}
        {error && code !== 'import-unknown-format' && <Where error={error} />}
      </Notice>
      <p>{text(remedies[code] ?? 'imports.remedy.internal', { services })}</p>
      {code === 'import-unknown-format' && <Link href="/import">{text('imports.how')}</Link>}
    </div>
  )
}

/** The place, and what is wrong there. */
function Where({ error: { finding, detail } }: { error: NonNullable<ImportRun['error']> }) {
  const said = useReason()(finding ?? { ref: '', reason: detail ?? '' })
  if (said.words === '') return null
  return (
    <p className={css.detail}>
      {finding && finding.ref !== '' && (
        <>
          <bdi>{finding.ref}</bdi>
          <br />
        </>
      )}
      <span lang={said.lang} dir="auto">
        {said.words}
      </span>
    </p>
  )
}
