/** A name that every system takes for a file. Pure. */

/** Windows keeps these for devices, whatever ending they have. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)$/i
const longest = 80

/** Without what separates folders, cannot be seen or stands for something else; `VIVIM` where nothing is left. */
export function fileNameOf(title: string): string {
  const plain = title
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>:"/\\|?*]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  const short = [...plain]
    .slice(0, longest)
    .join('')
    .replace(/^[.\s]+|[.\s]+$/g, '')
  return short === '' ? 'VIVIM' : devices.test(short) ? `${short}_` : short
}
