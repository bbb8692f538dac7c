import { Play } from 'lucide-react'
import { useState } from 'react'
import { useText } from '../../../app/language.tsx'
import { type InertType, useBlobAddress } from '../../../queries/blobs.ts'
import { Button } from '../../button.tsx'
import type { Unit } from '../unit.ts'
import css from './attachment.module.css'
import { FileError } from './file-error.tsx'

type File = NonNullable<Unit['file']>

/** Sound or film; its bytes come when the person wants to hear or see it. */
export function Player(props: { file: File; type: InertType; name: string; kind: 'audio' | 'video' }) {
  const text = useText()
  const [wanted, setWanted] = useState(false)
  const { address, error, isError, refetch } = useBlobAddress(props.file.blob, props.type, wanted)
  if (isError) return <FileError file={props.file} name={props.name} error={error} again={() => void refetch()} />
  if (!wanted)
    return (
      <Button onClick={() => setWanted(true)}>
        <Play size={16} strokeWidth={1.75} aria-hidden />
        {text('content.play', { name: props.name })}
      </Button>
    )
  if (!address) return <p role="status">{text('app.loading')}</p>
  // biome-ignore lint/a11y/useMediaCaption: exports have none.
  if (props.kind === 'audio') return <audio className={css.audio} src={address} controls autoPlay aria-label={props.name} />
  // biome-ignore lint/a11y/useMediaCaption: exports have none.
  return <video className={css.video} src={address} controls autoPlay aria-label={props.name} />
}
