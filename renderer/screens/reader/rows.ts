/** What each unit of a path becomes on the screen: itself, a part of a closed fold, nothing, or a place held for it. Pure. */
import type { MessageId } from '../../../node-core/contract/ids.ts'
import type { Unit } from '../../queries/units.ts'

export interface RowSource {
  readonly total: number | undefined
  at(index: number): Unit | undefined
}
export interface RowChoices {
  /** Messages whose fold is open. */
  readonly opened: ReadonlySet<MessageId>
  readonly showHidden: boolean
}
/** Messages beside the talk that stand in a row: instructions, calls of tools and what came back. */
export interface Fold {
  /** Index of its first unit. */
  readonly start: number
  readonly messages: readonly MessageId[]
  /** Names of tools and the like, each once. */
  readonly names: readonly string[]
  readonly system: boolean
  readonly open: boolean
}
export type Row =
  | { readonly kind: 'missing' }
  | { readonly kind: 'none' }
  | { readonly kind: 'fold'; readonly fold: Fold }
  | {
      readonly kind: 'unit'
      readonly unit: Unit
      /** The first unit of its message, which holds what is said of the whole. */
      readonly head: Unit
      /** The last of its message. */
      readonly last: boolean
      /** Speaker and time: in full, or left out where the same one goes on. */
      readonly named: boolean
      /** The time of the message before, to say the day only where it changes. */
      readonly before: number | undefined
      /** The open fold that begins here. */
      readonly fold: Fold | undefined
      /** Whether it is inside one. */
      readonly folded: boolean
      /** Units of its message that say where its links and footnotes lead. */
      readonly around: readonly Unit[] | undefined
      /** Of a heading: how many headings of its message it stands under. */
      readonly under: number
    }

export interface Rows {
  at(index: number): Row
  /** The nearest row that shows something, from `index` on in a direction; undefined at the end. */
  shown(index: number, step: 1 | -1): number | undefined
}

/** A unit's number in its message, which is the end of its id. */
export const numberOf = (unit: Unit): number => Number(unit.id.slice(unit.id.lastIndexOf('-') + 1))

/** The first unit of the message that the unit at `index` is of, where it is loaded. */
export function headAt(source: RowSource, index: number): Unit | undefined {
  const unit = source.at(index)
  return !unit || unit.first ? unit : source.at(index - numberOf(unit))
}

/** What may lead to a definition elsewhere in the message, and what defines. */
const refers = /\[[^\]]+\](?!\()/
const defines = /^ {0,3}\[[^\]]+\]:/m

/** A heading is looked for among so many units above. */
const mostUnder = 500
/** Of a heading 1 to 6, else 0: `##`, or a line below it. */
const depthOf = (unit: Unit | undefined): number =>
  unit?.kind !== 'heading' ? 0 : (/^ {0,3}(#{1,6})/.exec(unit.text)?.[1]?.length ?? (/^ {0,3}=+\s*$/m.test(unit.text) ? 1 : 2))

const missing: Row = { kind: 'missing' }
const none: Row = { kind: 'none' }

export function rowsOf(source: RowSource, { opened, showHidden }: RowChoices): Rows {
  const folds = new Map<number, Fold>()
  const rows = new Map<number, Row>()
  const total = source.total ?? 0
  const hidden = (head: Unit | undefined) => head?.hidden === true && !showHidden

  /** Index of the first unit of the nearest message before `start` that is not hidden. */
  function before(start: number): number | undefined {
    for (let index = start - 1; index >= 0; ) {
      const unit = source.at(index)
      const head = headAt(source, index)
      if (!unit || !head) return undefined
      const first = index - numberOf(unit)
      if (!hidden(head)) return first
      index = first - 1
    }
    return undefined
  }

  function foldAt(index: number): Fold {
    const known = folds.get(index)
    if (known) return known
    let start = index - numberOf(source.at(index) as Unit)
    for (let first = before(start); first !== undefined && source.at(first)?.folded; first = before(start)) start = first
    const messages: MessageId[] = []
    const names = new Set<string>()
    let system = true
    let end = start
    for (; end < total; end++) {
      const unit = source.at(end)
      const head = unit && headAt(source, end)
      if (!unit || !head || (!head.folded && !hidden(head))) break
      if (hidden(head)) continue
      if (unit.first) messages.push(unit.message)
      if (head.role !== 'system') system = false
      const name = head.author ?? unit.name
      if (name) names.add(name)
    }
    const fold = { start, messages, names: [...names], system, open: messages.some((message) => opened.has(message)) }
    for (let at = start; at < end; at++) folds.set(at, fold)
    folds.set(index, fold)
    return fold
  }

  function definitionsAround(index: number, unit: Unit): readonly Unit[] | undefined {
    const found: Unit[] = []
    for (let at = index - numberOf(unit); ; at++) {
      const other = source.at(at)
      if (other?.message !== unit.message) {
        if (at > index) break
      } else if (defines.test(other.text)) found.push(other)
    }
    return found.length > 0 ? found : undefined
  }

  function headingsOver(index: number, unit: Unit): number {
    let depth = depthOf(unit)
    let over = 0
    const farthest = index - Math.min(numberOf(unit), mostUnder)
    for (let at = index - 1; depth > 1 && at >= farthest; at--) {
      const other = depthOf(source.at(at))
      if (other === 0 || other >= depth) continue
      over += 1
      depth = other
    }
    return over
  }

  function make(index: number): Row {
    const unit = source.at(index)
    if (!unit) return missing
    const head = headAt(source, index) ?? unit
    if (hidden(head)) return none
    const fold = head.folded ? foldAt(index) : undefined
    if (fold && !fold.open) return fold.start === index ? { kind: 'fold', fold } : none
    const previous = unit.first ? before(index) : undefined
    const spoke = previous === undefined ? undefined : source.at(previous)
    const next = source.at(index + 1)
    return {
      kind: 'unit',
      unit,
      head,
      last: next ? next.first === true : index + 1 === total,
      named: unit.first === true && (!spoke || !sameSpeaker(spoke, unit) || unit.siblings !== undefined),
      before: spoke?.time,
      fold: fold?.start === index ? fold : undefined,
      folded: fold !== undefined,
      under: headingsOver(index, unit),
      around: refers.test(unit.text) ? definitionsAround(index, unit) : undefined,
    }
  }

  function at(index: number): Row {
    const known = rows.get(index)
    if (known) return known
    const row = make(index)
    rows.set(index, row)
    return row
  }
  return {
    at,
    shown(index, step) {
      for (let next = index; next >= 0 && next < total; next += step) if (at(next).kind !== 'none') return next
      return undefined
    },
  }
}

const sameSpeaker = (one: Unit, other: Unit): boolean =>
  one.role === other.role &&
  one.author === other.author &&
  one.model === other.model &&
  one.folded === other.folded &&
  one.hidden === other.hidden
