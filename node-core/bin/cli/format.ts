/** Numbers, times and foreign text as people read them in a terminal. */

/** `12,345` */
export const number = (value: number): string => value.toLocaleString('en-US')

/** `1 conversation`, `12 conversations` */
export const counted = (value: number, one: string, several = `${one}s`): string =>
  `${number(value)} ${value === 1 ? one : several}`

/** `3.4 MB`, in powers of 1,000. */
export function bytes(value: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  let unit = 0
  let left = value
  while (left >= 999.5 && unit < units.length - 1) {
    left /= 1000
    unit += 1
  }
  return `${unit > 0 && left < 9.95 ? left.toFixed(1) : number(Math.round(left))} ${units[unit]}`
}

/** `8 s`, `2 min 5 s`, `3 h 12 min`; of seconds. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1).replace(/\.0$/, '')} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} min${whole % 60 ? ` ${whole % 60} s` : ''}`
  return `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ''}`
}

/** `2024-03-01 17:05` of this machine's time zone; of milliseconds since 1970. */
export function moment(time: number): string {
  const date = new Date(time)
  return `${day(time)} ${two(date.getHours())}:${two(date.getMinutes())}`
}
/** `2024-03-01` of this machine's time zone; of milliseconds since 1970. */
export function day(time: number): string {
  const date = new Date(time)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
const two = (value: number): string => String(value).padStart(2, '0')

/**
 * Text from outside, harmless to a terminal: control characters, which could move the cursor, hide words or answer
 * in the person's name, are shown as symbols. Line ends and tabs stay.
 */
export const harmless = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .replaceAll(/\p{Cc}/gu, (c) =>
      c === '\n' || c === '\t' ? c : c < ' ' ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : '\ufffd',
    )

/** The same on one line: a title, a name. */
export const oneLine = (text: string): string => harmless(text.replaceAll(/\s+/g, ' ').trim())

/** At most `length` characters, an ellipsis for the rest. */
export function shortened(text: string, length: number): string {
  const characters = [...text]
  return characters.length <= length
    ? text
    : `${characters
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`
}
