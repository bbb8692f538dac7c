/** Saving an answer of the node as a file of the person's, piece by piece where the browser can. */

/** The part of the File System Access interface that is used; not every browser has it. */
interface Saver {
  showSaveFilePicker(options: { suggestedName: string }): Promise<{ createWritable(): Promise<WritableStream<Uint8Array>> }>
}
const saverOf = (host: object): Saver | undefined => ('showSaveFilePicker' in host ? (host as Saver) : undefined)

export interface Saving {
  readonly signal: AbortSignal
  /** Bytes that have come so far, and of how many where that is known. */
  readonly onProgress?: (bytes: number, total: number | undefined) => void
}

/**
 * Asks where the file should go, then writes there what `download` answers. A browser that cannot ask gathers it and
 * offers it as a download under the name that the node gave. Answers false where the person thought better of it.
 * @param suggested the file's name where the person is asked before the node is
 */
export async function saveFile(
  suggested: string,
  download: (signal: AbortSignal) => Promise<Response>,
  { signal, onProgress }: Saving,
): Promise<boolean> {
  const target = await chosenTarget(suggested)
  if (target === 'cancelled') return false
  const response = await download(signal)
  const total = Number(response.headers.get('content-length')) || undefined
  let bytes = 0
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      bytes += piece.length
      onProgress?.(bytes, total)
      controller.enqueue(piece)
    },
  })
  const body = (response.body ?? new Blob().stream()).pipeThrough(counting)
  if (target) {
    // Nothing is there under the name until all of it is written.
    await body.pipeTo(await target.createWritable(), { signal })
    return true
  }
  offer(await new Response(body).blob(), nameIn(response.headers.get('content-disposition')) ?? suggested)
  return true
}

/** Offers bytes that are in the page already as a download. */
export function offer(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser takes its own hold of the bytes once it began.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

type Target = Awaited<ReturnType<Saver['showSaveFilePicker']>>

async function chosenTarget(suggestedName: string): Promise<Target | 'cancelled' | undefined> {
  try {
    return await saverOf(window)?.showSaveFilePicker({ suggestedName })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return 'cancelled'
    // Forbidden here, as in the desktop window: the usual download is left.
    return undefined
  }
}

/** The file's name that an answer offers (RFC 6266). */
export function nameIn(disposition: string | null): string | undefined {
  const whole = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1]
  try {
    if (whole) return decodeURIComponent(whole)
  } catch {
    // Badly escaped: the plain name is left.
  }
  return /filename="([^"]+)"/i.exec(disposition ?? '')?.[1]
}
