import { useRef } from 'react'
import { useText } from '../app/language.tsx'
import { pickFiles, pickFolder } from '../app/picking.ts'
import { useUploads } from '../app/uploads-context.tsx'
import { Button } from './button.tsx'
import css from './drop-area.module.css'

/** React's types do not know the attribute that every browser does. */
const wholeFolders = { webkitdirectory: '' }

/** Where exports go in: dropped (the whole window takes them), or chosen. */
export function DropArea() {
  const text = useText()
  const [, uploads] = useUploads()
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  return (
    <div className={css.area}>
      <p className={css.lead}>{text('imports.area')}</p>
      <p className={css.what}>{text('imports.drop.what')}</p>
      <div className={css.actions}>
        <Button kind="primary" onClick={() => files.current?.click()}>
          {text('imports.choose.files')}
        </Button>
        <Button onClick={() => folder.current?.click()}>{text('imports.choose.folder')}</Button>
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
