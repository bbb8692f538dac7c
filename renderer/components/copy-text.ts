/**
 * Puts words on the clipboard; answers whether the browser let it. A page that came over plain HTTP has no clipboard to write
 * to, and a browser may refuse: then the words are copied as if a person had selected them.
 */
export async function copyText(words: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(words)
    return true
  } catch {
    return copySelected(words)
  }
}

function copySelected(words: string): boolean {
  const { activeElement } = document
  const holder = document.createElement('textarea')
  holder.value = words
  holder.className = 'visually-hidden'
  // Beside what has the focus: what is outside of an open dialog cannot be selected.
  const place = activeElement?.parentElement ?? document.body
  place.append(holder)
  holder.select()
  const done = document.execCommand('copy')
  holder.remove()
  if (activeElement instanceof HTMLElement) activeElement.focus({ preventScroll: true })
  return done
}
