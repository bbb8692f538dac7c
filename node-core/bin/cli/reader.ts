/** Units as text: the Markdown as it was written, what surrounds the talk folded into a line each. */
import type { OutputOf } from '../client/client.ts'
import { bytes, harmless, moment, oneLine, shortened } from './format.ts'
import type { Terminal } from './terminal.ts'

export type UnitView = OutputOf<'units.get'>
/** Puts the person's version in the place of a unit's text; `edited` says so. */
export type AsEdited = (unit: UnitView) => { unit: UnitView; edited: boolean }
type Look = Pick<Terminal, 'bold' | 'dim'>

export interface Reader {
  /** Lines to print for one more unit. */
  add(unit: UnitView): string
  /** What is left at the end. */
  end(): string
}

/**
 * Turns the units of a path into text, one after the other.
 * @param all shows hidden and folded messages, reasoning and what tools were told and said, in full
 * @param mark the message to point at
 * @param asEdited puts the person's own versions in place of the texts
 */
export function createReader(
  look: Look,
  { all, mark, asEdited }: { all: boolean; mark?: string | undefined; asEdited?: AsEdited },
): Reader {
  let passedOver = 0
  let skipping = false
  let current: string | undefined
  /** The part that was printed last, and whether it ended its line. */
  let open: { part: number; ended: boolean } | undefined
  const passed = (): string => {
    if (passedOver === 0) return ''
    const line = look.dim(
      `(${passedOver === 1 ? 'A message that is' : `${passedOver} messages that are`} not part of the talk as read; --all shows ${passedOver === 1 ? 'it' : 'them'}.)`,
    )
    passedOver = 0
    return `${line}\n`
  }
  return {
    add(came) {
      const { unit, edited } = asEdited?.(came) ?? { unit: came, edited: false }
      let text = ''
      if (unit.message !== current) {
        current = unit.message
        const closing = open && !open.ended ? '\n' : ''
        skipping = !all && (unit.hidden === true || unit.folded === true) && unit.message !== mark
        open = undefined
        if (skipping) passedOver += 1
        text = skipping ? closing : `${closing}${passed()}${headOf(unit, look, unit.message === mark)}\n`
      }
      if (skipping) return text
      // The pieces of one part are slices of one text; parts begin on lines of their own.
      if (open && open.part !== unit.part && !open.ended) text += '\n'
      const body = edited ? marked(bodyOf(unit, look, all), look) : bodyOf(unit, look, all)
      open = { part: unit.part, ended: body.endsWith('\n') }
      return text + body
    },
    end: () => `${open && !open.ended ? '\n' : ''}${passed()}`,
  }
}

function headOf({ role, author, time, model, siblings, message, hidden, folded }: UnitView, look: Look, marked: boolean): string {
  const facts = [
    author ? oneLine(author) : undefined,
    time === undefined ? undefined : moment(time),
    model ? oneLine(model) : undefined,
    hidden ? 'hidden' : folded ? 'folded' : undefined,
    siblings ? `‹${siblings.index + 1}/${siblings.count}›` : undefined,
  ].filter((fact) => fact !== undefined)
  const branches = siblings
    ? [
        ['‹', siblings.previous],
        ['›', siblings.next],
      ]
        .filter(([, id]) => id)
        .map(([sign, id]) => `  ${sign} --branch ${id}`)
    : []
  return [
    `\n${look.bold(`${marked ? '▸ ' : ''}${role}`)}${facts.length > 0 ? look.dim(` · ${facts.join(' · ')}`) : ''}`,
    look.dim(message),
    ...branches.map(look.dim),
  ].join('\n')
}

/** A text with a word below it that it is the person's own. */
function marked(body: string, look: Look): string {
  const end = body.trimEnd().length
  return `${body.slice(0, end)}\n${look.dim('(Your version; --original shows what it was.)')}\n${body.slice(end).replace('\n', '')}`
}

/** One unit's text. */
export function bodyOf(unit: UnitView, look: Look, all: boolean): string {
  const { kind, text, name, title, file, data, error } = unit
  const label = oneLine(title ?? name ?? '')
  const folded = (what: string, full: string): string => {
    const head = `[${what}${label ? ` ${label}` : ''}]`
    if (all) return `${look.dim(head)}\n${look.dim(harmless(full))}\n`
    return `${look.dim(`${head} ${shortened(oneLine(full), 100)}`.trimEnd())}\n`
  }
  switch (kind) {
    case 'reasoning':
      return folded('reasoning', text)
    case 'tool-call':
      return folded('call of', data === undefined ? text : JSON.stringify(data, null, all ? 2 : undefined))
    case 'tool-result':
      return folded(error ? 'error of' : 'answer of', text)
    case 'unknown':
      return folded('of unknown type', data === undefined ? text : JSON.stringify(data))
    case 'artifact':
      return `${look.dim(`[document ${label}]`)}\n${endingLine(harmless(text))}`
    case 'attachment': {
      const facts = file
        ? [file.mime, file.size === undefined ? undefined : bytes(file.size), file.blob ?? 'not in the export']
        : []
      return `${look.dim(`[${file?.kind ?? 'file'} ${label}: ${facts.filter(Boolean).join(', ')}]`)}\n`
    }
    default:
      return harmless(text)
  }
}

const endingLine = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`)
