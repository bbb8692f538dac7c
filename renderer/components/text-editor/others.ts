/** Where others are in a text: a line at their caret with their name, and what they have selected. */
import { RangeSetBuilder, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, WidgetType } from '@codemirror/view'
import * as Y from 'yjs'
import { fromBase64url } from '../../base64url.ts'
import type { Seen } from './live-text.ts'

/** So many looks there are; see the theme. */
export const looks = 5

interface Place {
  readonly from: number
  readonly to: number
  readonly head: number
  readonly name: string
  readonly look: number
}
/** Says where others are now. */
export const showOthers = StateEffect.define<readonly Place[]>()

/** Places of others in a text as it is; one that is not in it is left out. */
export function placesOf(others: readonly Seen[], text: Y.Text, unnamed: string): Place[] {
  const places: Place[] = []
  for (const { peer, name, caret } of others) {
    const [anchor, head] = caret ? [indexOf(caret.anchor, text), indexOf(caret.head, text)] : []
    if (anchor === undefined || head === undefined) continue
    places.push({
      from: Math.min(anchor, head),
      to: Math.max(anchor, head),
      head,
      name: name ?? unnamed,
      look: [...peer].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % looks,
    })
  }
  return places
}

function indexOf(place: string, text: Y.Text): number | undefined {
  try {
    const position = Y.decodeRelativePosition(fromBase64url(place))
    const found = text.doc && Y.createAbsolutePositionFromRelativePosition(position, text.doc)
    return found?.type === text ? found.index : undefined
  } catch {
    // another page may send what it likes
    return undefined
  }
}

class CaretWidget extends WidgetType {
  readonly #name: string
  readonly #look: number
  constructor(name: string, look: number) {
    super()
    this.#name = name
    this.#look = look
  }
  override eq(other: CaretWidget): boolean {
    return other.#name === this.#name && other.#look === this.#look
  }
  override toDOM(): HTMLElement {
    const caret = document.createElement('span')
    caret.className = `cm-other cm-other-${this.#look}`
    caret.ariaHidden = 'true'
    // zero-width characters on both sides keep the line's height and its wrapping
    caret.append(
      '\u2060',
      Object.assign(document.createElement('span'), { className: 'cm-other-name', textContent: this.#name }),
      '\u2060',
    )
    return caret
  }
  override get estimatedHeight(): number {
    return -1
  }
  override ignoreEvent(): boolean {
    return true
  }
}

export const others = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    let next = shown.map(transaction.changes)
    for (const effect of transaction.effects) if (effect.is(showOthers)) next = drawn(effect.value, transaction.state.doc.length)
    return next
  },
  provide: (field) => EditorView.decorations.from(field),
})

function drawn(places: readonly Place[], length: number): DecorationSet {
  const found = places
    .filter(({ to }) => to <= length)
    .flatMap(({ from, to, head, name, look }) => [
      ...(to > from ? [{ from, to, what: Decoration.mark({ class: `cm-other-range cm-other-${look}` }) }] : []),
      { from: head, to: head, what: Decoration.widget({ widget: new CaretWidget(name, look), side: 1 }) },
    ])
    .sort((a, b) => a.from - b.from || a.what.startSide - b.what.startSide)
  const builder = new RangeSetBuilder<Decoration>()
  for (const { from, to, what } of found) builder.add(from, to, what)
  return builder.finish()
}
