import { useRef } from 'react'
import { useHost } from '../app/host-context.tsx'
import { useText } from '../app/language.tsx'
import { pickFiles, pickFolder } from '../app/picking.ts'
import { useUploads } from '../app/uploads-context.tsx'
import { useImportsChanged } from '../queries/imports.ts'
import { Button } from './button.tsx'
import css from './drop-area.module.css'
import { errorText } from './notice.tsx'
import { useToast } from './toasts.tsx'

/** React's types do not know the attribute that every browser does. */
const wholeFolders = { webkitdirectory: '' }

/** Where exports go in: dropped (the whole window takes them), or chosen. */
export function DropArea() {
  const text = useText()
  const [, uploads] = useUploads()
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const host = useHost()
  const toast = useToast()
  const changed = useImportsChanged()
  /** The app asks where they are, and its node opens them there; elsewhere the page is given them, and sends them. */
  const choose = (kind: 'files' | 'folder', field: HTMLInputElement | null) => {
    if (!host.offers('files.choose')) return field?.click()
    host.call('files.choose', { kind }).then(changed, (error: unknown) => toast({ words: errorText(error, text) }))
  }
  return (
    <div className={css.area}>
      <p className={css.lead}>{text('imports.area')}</p>
      <p className={css.what}>{text('imports.drop.what')}</p>
      <div className={css.actions}>
        <Button kind="primary" onClick={() => choose('files', files.current)}>
          {text('imports.choose.files')}
        </Button>
        <Button onClick={() => choose('folder', folder.current)}>{text('imports.choose.folder')}</Button>
      </div>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        data-kind="files"
        onChange={({ currentTarget }) => {
          uploads.add(pickFiles([...(currentTarget.files ?? [])]))
          // The same file can be chosen again.
          currentTarget.value = ''
        }}
      />
      <input
        ref={folder}
        type="file"
        {...wholeFolders}
        hidden
        data-kind="folder"
        onChange={({ currentTarget }) => {
          uploads.add(pickFolder([...(currentTarget.files ?? [])]))
          currentTarget.value = ''
        }}
      />
    </div>
  )
}
