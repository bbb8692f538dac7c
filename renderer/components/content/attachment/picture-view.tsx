import { Dialog, DialogDismiss, DialogHeading } from '@ariakit/react'
import { Download, Maximize, Minus, Plus, X } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import { useIntl } from 'react-intl'
import { useText } from '../../../app/language.tsx'
import { IconButton } from '../../button.tsx'
import css from './picture-view.module.css'

const steps = [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4] as const

/** An image as large as the window or as the person wants it. `zoom` is in CSS pixels per pixel; null: it fits. */
export function PictureView({ address, name, close }: { address: string; name: string; close: () => void }) {
  const text = useText()
  const intl = useIntl()
  const [zoom, setZoom] = useState<number | null>(null)
  const [size, setSize] = useState({ width: 0, shown: 0 })
  const now = zoom ?? (size.width > 0 ? size.shown / size.width : 1)
  const larger = () => setZoom(steps.find((step) => step > now + 0.01) ?? 4)
  const smaller = () => setZoom(steps.findLast((step) => step < now - 0.01) ?? 0.25)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === '+' || event.key === '=') larger()
    else if (event.key === '-') smaller()
    else if (event.key === '0') setZoom(null)
  }
  const icon = { size: 18, strokeWidth: 1.75, 'aria-hidden': true } as const
  return (
    <Dialog open onClose={close} className={css.view} onKeyDown={onKeyDown}>
      <div className={css.bar}>
        <DialogHeading className={css.name} dir="auto">
          {name}
        </DialogHeading>
        <IconButton label={text('content.zoom.out')} onClick={smaller} disabled={now <= 0.25}>
          <Minus {...icon} />
        </IconButton>
        <output className={css.zoom}>{intl.formatNumber(now, { style: 'percent' })}</output>
        <IconButton label={text('content.zoom.in')} onClick={larger} disabled={now >= 4}>
          <Plus {...icon} />
        </IconButton>
        <IconButton label={text('content.zoom.fit')} onClick={() => setZoom(null)} aria-pressed={zoom === null}>
          <Maximize {...icon} />
        </IconButton>
        <a className={css.save} href={address} download={name} aria-label={text('content.file.save', { name })}>
          <Download {...icon} />
        </a>
        <DialogDismiss className={css.save} aria-label={text('content.close')}>
          <X {...icon} />
        </DialogDismiss>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable. */}
      <section className={css.stage} tabIndex={0} aria-label={name}>
        <img
          src={address}
          alt={name}
          data-fit={zoom === null}
          style={zoom === null ? undefined : { inlineSize: `${size.width * zoom}px` }}
          onLoad={({ currentTarget: { naturalWidth, clientWidth } }) => setSize({ width: naturalWidth, shown: clientWidth })}
        />
      </section>
    </Dialog>
  )
}
