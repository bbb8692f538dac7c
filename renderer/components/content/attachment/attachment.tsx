import { Download, FileX2, Paperclip } from 'lucide-react'
import { useState } from 'react'
import { useIntl } from 'react-intl'
import { inertTypes, store } from '../../../../node-core/contract/api/store.ts'
import { useClient } from '../../../app/client-context.tsx'
import { useText } from '../../../app/language.tsx'
import type { InertType } from '../../../queries/blobs.ts'
import { IconButton } from '../../button.tsx'
import { formatBytes } from '../../bytes.ts'
import { saveFile } from '../../save-file.ts'
import type { Unit } from '../unit.ts'
import css from './attachment.module.css'
import { ExtractedText } from './extracted-text.tsx'
import { FileError } from './file-error.tsx'
import { Picture } from './picture.tsx'
import { Player } from './player.tsx'

/** The media type that a file may be shown as; undefined: it may only be kept. */
export const shownAs = (mime: string, kind: 'image' | 'audio' | 'video'): InertType | undefined =>
  inertTypes.find((type) => type === mime.split(';')[0]?.trim().toLowerCase() && type.startsWith(`${kind}/`))

/** A file of the talk: shown where that is safe, and always to be had. */
export function Attachment({ unit }: { unit: Unit }) {
  const { file, name = '' } = unit
  if (!file) return null
  const { kind, blob } = file
  const type = kind === 'file' || !blob ? undefined : shownAs(file.mime, kind)
  return (
    <div className={css.attachment}>
      {blob && type && kind === 'image' && <Picture file={file} type={type} name={name} />}
      {blob && type && (kind === 'audio' || kind === 'video') && <Player file={file} type={type} name={name} kind={kind} />}
      {!(type && kind === 'image') && <FileLine unit={unit} />}
      {unit.text && <ExtractedText unit={unit} />}
    </div>
  )
}

/** A file by name, type and size, to be kept; or the word that the export did not hold it. */
function FileLine({ unit: { file, name = '' } }: { unit: Unit }) {
  const text = useText()
  const intl = useIntl()
  const { download } = useClient()
  const [error, setError] = useState<unknown>()
  if (!file) return null
  const { blob, mime, size } = file
  const save = () => {
    if (!blob) return
    setError(undefined)
    const take = (signal: AbortSignal) =>
      download(store['blobs.get'], { blob, name: name.trim().slice(0, 200) || 'file' }, signal)
    saveFile(name || 'file', take, { signal: new AbortController().signal }).catch(setError)
  }
  const about = [mime, size === undefined ? '' : formatBytes(size, intl)].filter(Boolean).join(' · ')
  return (
    <>
      <div className={css.file} data-missing={!blob}>
        {blob ? <Paperclip size={18} strokeWidth={1.75} aria-hidden /> : <FileX2 size={18} strokeWidth={1.75} aria-hidden />}
        <div className={css.what}>
          <span dir="auto">{name || text('content.file')}</span>
          <small>{blob ? about : text('content.file.missing')}</small>
        </div>
        {blob && (
          <IconButton label={text('content.file.save', { name: name || text('content.file') })} onClick={save}>
            <Download size={18} strokeWidth={1.75} aria-hidden />
          </IconButton>
        )}
      </div>
      {error !== undefined && <FileError file={file} name={name} error={error} again={save} />}
    </>
  )
}
