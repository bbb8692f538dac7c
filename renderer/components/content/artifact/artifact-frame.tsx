import { useRef } from 'react'
import css from './artifact.module.css'

/**
 * An artifact, shown in a frame that nothing leaves: see `node-core/contract/page-policy.ts`. The text goes in over a
 * port of its own and nothing is listened to from the frame.
 */
export function ArtifactFrame({ text, title, live }: { text: string; title: string; live: boolean }) {
  const handed = useRef(false)
  const frame = useRef<HTMLIFrameElement>(null)
  const hand = () => {
    // What writes its page anew loads again; the text is handed over once.
    if (handed.current) return
    handed.current = true
    const { port1, port2 } = new MessageChannel()
    port1.postMessage(text)
    // The frame's origin is opaque, so no other can be named.
    frame.current?.contentWindow?.postMessage('begin', '*', [port2])
  }
  return (
    <iframe
      ref={frame}
      className={css.frame}
      src={live ? '/artifact-live.html' : '/artifact-still.html'}
      sandbox="allow-scripts"
      referrerPolicy="no-referrer"
      title={title}
      onLoad={hand}
    />
  )
}
