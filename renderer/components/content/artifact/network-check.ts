/** Whether this browser can cut a frame off from the network altogether. */

/** Longer than this the answer is no, in milliseconds. */
const patience = 5000

let answer: Promise<boolean> | undefined

/**
 * Tries it in a frame that may reach nothing (`/artifact-check.html`). Anything but a clear answer counts as no: where
 * the node itself does not answer (`answers` asks it), a request that fails there would prove nothing.
 */
export function networkCloses(page: Document, answers: () => Promise<boolean>): Promise<boolean> {
  answer ??= ask(page, answers).then((closes) => {
    if (!closes) answer = undefined
    return closes
  })
  return answer
}

async function ask(page: Document, answers: () => Promise<boolean>): Promise<boolean> {
  if (!(await answers())) return false
  const frame = page.createElement('iframe')
  frame.src = '/artifact-check.html'
  frame.hidden = true
  frame.setAttribute('aria-hidden', 'true')
  return await new Promise<boolean>((resolve) => {
    const settle = (closes: boolean) => {
      clearTimeout(timer)
      window.removeEventListener('message', hear)
      frame.remove()
      resolve(closes)
    }
    const hear = ({ source, origin, data }: MessageEvent<unknown>) => {
      if (source !== frame.contentWindow || origin !== location.origin) return
      settle(typeof data === 'object' && data !== null && 'closed' in data && data.closed === true)
    }
    const timer = setTimeout(() => settle(false), patience)
    window.addEventListener('message', hear)
    page.body.append(frame)
  })
}
