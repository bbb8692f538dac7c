import { useEffect, useRef, useState } from 'react'
import { useText } from '../../../app/language.tsx'
import { type InertType, useBlobAddress } from '../../../queries/blobs.ts'
import type { Unit } from '../unit.ts'
import css from './attachment.module.css'
import { FileError } from './file-error.tsx'
import { PictureView } from './picture-view.tsx'

type File = NonNullable<Unit['file']>

/** An image: fetched when it is nearly in sight, in a place of its own size, and larger when it is pressed. */
export function Picture({ file, type, name }: { file: File; type: InertType; name: string }) {
  const text = useText()
  const [place, near] = useNear()
  const [open, setOpen] = useState(false)
  const [broken, setBroken] = useState(false)
  const { address, error, isError, refetch } = useBlobAddress(file.blob, type, near)
  const { width = 0, height = 0 } = file
  const ratio = width > 0 && height > 0 ? { aspectRatio: `${width} / ${height}`, inlineSize: `min(100%, ${width}px)` } : undefined
  const label = name || text('content.image')
  if (isError) return <FileError file={file} name={label} error={error} again={() => void refetch()} />
  if (broken) return <p className={css.broken}>{text('content.image.broken', { name: label })}</p>
  return (
    <>
      <button
        ref={place}
        type="button"
        className={css.picture}
        style={ratio}
        data-sized={ratio !== undefined}
        aria-label={text('content.image.open', { name: label })}
        onClick={() => setOpen(true)}
      >
        {address && <img src={address} alt={label} onError={() => setBroken(true)} />}
      </button>
      {open && address && <PictureView address={address} name={label} close={() => setOpen(false)} />}
    </>
  )
}

/** Whether an element has come near the part of the page that is in sight. */
function useNear() {
  const place = useRef<HTMLButtonElement>(null)
  const [near, setNear] = useState(false)
  useEffect(() => {
    const element = place.current
    if (!element || near) return
    const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && setNear(true), {
      rootMargin: '600px',
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [near])
  return [place, near] as const
}
