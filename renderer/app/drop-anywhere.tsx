import { Download } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { useToast } from '../components/toasts.tsx'
import css from './drop-anywhere.module.css'
import { useText } from './language.tsx'
import { pickDropped } from './picking.ts'
import { useUploads } from './uploads-context.tsx'

/** The whole window takes files and folders; while some are held over it, it says so. */
export function DropAnywhere() {
  const text = useText()
  const toast = useToast()
  const [, uploads] = useUploads()
  const [path, go] = useLocation()
  const [over, setOver] = useState(false)

  useEffect(() => {
    // Every element that is entered and left says so: the window is left when all of them are.
    let depth = 0
    const hold = (event: DragEvent) => {
      if (!holdsFiles(event)) return
      event.preventDefault()
      if (event.type === 'dragenter') depth += 1
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy'
      setOver(true)
    }
    const leave = () => {
      depth = Math.max(0, depth - 1)
      if (depth === 0) setOver(false)
    }
    const drop = (event: DragEvent) => {
      depth = 0
      setOver(false)
      if (!holdsFiles(event) || !event.dataTransfer) return
      // Else the browser would leave the page and open the file.
      event.preventDefault()
      if (path !== '/welcome') go('/import')
      pickDropped(event.dataTransfer).then(uploads.add, () => toast({ words: text('imports.unreadable-drop') }))
    }
    window.addEventListener('dragenter', hold)
    window.addEventListener('dragover', hold)
    window.addEventListener('dragleave', leave)
    window.addEventListener('drop', drop)
    return () => {
      window.removeEventListener('dragenter', hold)
      window.removeEventListener('dragover', hold)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('drop', drop)
    }
  }, [uploads, path, go, text, toast])

  if (!over) return null
  return (
    <div className={css.over} role="status">
      <div className={css.words}>
        <Download size={28} strokeWidth={1.5} aria-hidden />
        <p>{text('imports.drop')}</p>
        <small>{text('imports.drop.what')}</small>
      </div>
    </div>
  )
}

const holdsFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false
