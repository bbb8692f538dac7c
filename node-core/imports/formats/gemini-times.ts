/**
 * Times as Google writes them for people, in the order and with the month names of their language:
 * `Jan 15, 2024, 12:33:45 PM UTC`, `15.01.2024, 12:33:45 MEZ`, `2024/01/15 12:33:45 JST`, `2024年1月15日 下午1:02:03 CST`.
 */

/** The beginnings of month names, January to December, in languages that do not use numbers. */
const monthNames: readonly (readonly string[])[] = [
  ['jan', 'ene', 'gen', 'sty', 'янв', 'січ', 'oca', 'led', 'tammi', 'ian', 'يناير', 'ינו', 'जन', 'ม.ค'],
  ['feb', 'fev', 'fév', 'lut', 'фев', 'лют', 'şub', 'úno', 'helmi', 'فبراير', 'פבר', 'फ़र', 'ก.พ'],
  ['mar', 'mär', 'mrt', 'maalis', 'мар', 'бер', 'bře', 'mrz', 'márc', 'مارس', 'מרץ', 'मार्च', 'มี.ค'],
  ['apr', 'abr', 'avr', 'kwi', 'апр', 'кві', 'nis', 'dub', 'huhti', 'ápr', 'أبريل', 'אפר', 'अप्रैल', 'เม.ย'],
  ['may', 'mai', 'mag', 'mei', 'maj', 'май', 'мая', 'тра', 'kvě', 'touko', 'máj', 'مايو', 'מאי', 'मई', 'พ.ค'],
  ['jun', 'juin', 'giu', 'cze', 'июн', 'чер', 'haz', 'čvn', 'kesä', 'jún', 'iun', 'يونيو', 'יונ', 'जून', 'มิ.ย'],
  ['jul', 'juil', 'lug', 'lip', 'июл', 'лип', 'tem', 'čvc', 'heinä', 'júl', 'iul', 'يوليو', 'יול', 'जुल', 'ก.ค'],
  ['aug', 'ago', 'aoû', 'août', 'sie', 'авг', 'сер', 'ağu', 'srp', 'elo', 'أغسطس', 'אוג', 'अग', 'ส.ค'],
  ['sep', 'set', 'wrz', 'сен', 'вер', 'eyl', 'zář', 'syys', 'szept', 'سبتمبر', 'ספט', 'सित', 'ก.ย'],
  ['oct', 'okt', 'out', 'ott', 'paź', 'окт', 'жов', 'eki', 'říj', 'loka', 'أكتوبر', 'אוק', 'अक्टू', 'ต.ค'],
  ['nov', 'lis', 'noy', 'ноя', 'лис', 'kas', 'marras', 'نوفمبر', 'נוב', 'नव', 'พ.ย'],
  ['dec', 'dic', 'dez', 'déc', 'gru', 'дек', 'гру', 'ara', 'pro', 'joulu', 'ديسمبر', 'דצמ', 'दिस', 'ธ.ค'],
]

/** Minutes east of Greenwich of the zones' short names that Google writes. Ambiguous ones (IST, CST) are left out. */
const zones: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  Z: 0,
  WET: 0,
  WEZ: 0,
  WEST: 60,
  WESZ: 60,
  BST: 60,
  CET: 60,
  MEZ: 60,
  CEST: 120,
  MESZ: 120,
  EET: 120,
  OEZ: 120,
  EEST: 180,
  OESZ: 180,
  MSK: 180,
  TRT: 180,
  'МСК': 180,
  JST: 540,
  KST: 540,
  HKT: 480,
  SGT: 480,
  WIB: 420,
  AEST: 600,
  AEDT: 660,
  NZST: 720,
  NZDT: 780,
  EST: -300,
  EDT: -240,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
  AKST: -540,
  AKDT: -480,
  HST: -600,
  BRT: -180,
  ART: -180,
}

// Some languages write times with points; four digits after them make it a date.
const clock = /(\d{1,2}):(\d{2}):(\d{2})|(\d{1,2})\.(\d{2})\.(\d{2})(?!\d)/
const afternoon = /\bp\.?\s?m\b|오후|下午|午後|م(?:$|\s)|μ\.?μ/iu
const morning = /\ba\.?\s?m\b|오전|上午|午前|ص(?:$|\s)|π\.?μ/iu
const offset = /(?:GMT|UTC)\s*([+\-−])(\d{1,2})(?::?(\d{2}))?/i

/**
 * Milliseconds since 1970 of a line that is a time and nothing else, or undefined. A zone that is not known is read
 * as UTC, which keeps order and distance, and is answered as `zone`.
 */
export function parseActivityTime(line: string): { time: number; zone?: string } | undefined {
  const plain = toDigits(line.normalize('NFKC').trim())
  const at = clock.exec(plain)
  if (!at || plain.length > 60) return undefined
  const date = parseDate(plain.slice(0, at.index))
  if (!date) return undefined
  const [hours, minute, second] = (at[1] === undefined ? at.slice(4) : at.slice(1)).map(Number)
  const rest = plain
    .slice(at.index + at[0].length)
    .replace(afternoon, '')
    .replace(morning, '')
    .trim()
  const written = offset.exec(rest)
  const utc = Date.UTC(date.year, date.month - 1, date.day, hourOf(hours ?? 0, plain), minute, second)
  if (Number.isNaN(utc)) return undefined
  if (written) {
    const minutes = Number(written[2]) * 60 + Number(written[3] ?? 0)
    return { time: utc - (written[1] === '+' ? minutes : -minutes) * 60_000 }
  }
  const zone = /[\p{L}]{1,5}$/u.exec(rest)?.[0] ?? ''
  const minutes = zones[zone.toUpperCase()]
  if (minutes !== undefined) return { time: utc - minutes * 60_000 }
  return zone === '' ? { time: utc } : { time: utc, zone }
}

function hourOf(hour: number, line: string): number {
  if (afternoon.test(line)) return hour < 12 ? hour + 12 : hour
  return morning.test(line) && hour === 12 ? 0 : hour
}

function parseDate(text: string): { year: number; month: number; day: number } | undefined {
  const numbers = [...text.matchAll(/\d+/g)].map((match) => match[0])
  const yearAt = numbers.findIndex((number) => number.length === 4)
  if (yearAt < 0) return undefined
  const year = Number(numbers[yearAt])
  const others = numbers.filter((_, index) => index !== yearAt).map(Number)
  const [first, second] = others
  if (first === undefined || others.length > 2) return undefined
  if (second === undefined) {
    const month = monthOf(text)
    return month === undefined ? undefined : valid(year, month, first)
  }
  if (yearAt === 0) return valid(year, first, second)
  // With numbers alone the day comes first, as everywhere but in American English, which writes the month's name.
  return second > 12 ? valid(year, first, second) : valid(year, second, first)
}

const valid = (year: number, month: number, day: number) =>
  month >= 1 && month <= 12 && day >= 1 && day <= 31 ? { year, month, day } : undefined

function monthOf(text: string): number | undefined {
  for (const word of text.toLowerCase().match(/[\p{L}\p{M}.]+/gu) ?? []) {
    // The longest name that fits: `mar` is also how the Finnish November begins.
    let best = 0
    let month: number | undefined
    for (const [index, names] of monthNames.entries()) {
      for (const name of names) {
        if (name.length <= best || !word.startsWith(name)) continue
        best = name.length
        month = index + 1
      }
    }
    if (month !== undefined) return month
  }
  return undefined
}

/** Arabic and Devanagari digits as 0–9. */
const toDigits = (text: string) =>
  text.replace(/[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]/g, (digit) => {
    const code = digit.charCodeAt(0)
    return String(code - (code >= 0x966 ? 0x966 : code >= 0x6f0 ? 0x6f0 : 0x660))
  })
