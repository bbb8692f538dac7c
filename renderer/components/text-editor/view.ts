/** The editor of a text: CodeMirror over a Yjs text, in a shadow root, as the page's policy allows no style elements. */
import { standardKeymap } from '@codemirror/commands'
import { EditorState, type Extension, Prec, RangeSetBuilder } from '@codemirror/state'
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  keymap,
  placeholder,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view'
import { yCollab, ySyncAnnotation, yUndoManagerKeymap } from 'y-codemirror.next'
import * as Y from 'yjs'
import { toBase64url } from '../../base64url.ts'
import type { Caret } from './live-text.ts'
import { others } from './others.ts'
import { theme } from './theme.ts'

/** The longest text that the node takes, in characters. */
export const longest = 100_000

export interface TextViewParts {
  readonly parent: HTMLElement
  readonly text: Y.Text
  readonly undo: Y.UndoManager
  readonly label: string
  onSave(): void
  onCancel(): void
  /** Told where the person is in the text; null when they look elsewhere. */
  onCaret?(caret: Caret): void
}

export function createTextView({ parent, text, undo, label, onSave, onCancel, onCaret }: TextViewParts): EditorView {
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: 'open' })
  const act = (run: () => void) => () => {
    run()
    return true
  }
  return new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: text.toString(),
      // a part of a longer text may end in empty lines
      selection: { anchor: text.toString().trimEnd().length },
      extensions: [
        Prec.high(
          keymap.of([
            { key: 'Mod-Enter', run: act(onSave) },
            { key: 'Ctrl-Enter', run: act(onSave) },
            { key: 'Escape', run: act(onCancel), stopPropagation: true },
          ]),
        ),
        yCollab(text, null, { undoManager: undo }),
        keymap.of([...yUndoManagerKeymap, ...standardKeymap]),
        drawSelection(),
        EditorView.lineWrapping,
        EditorView.perLineTextDirection.of(true),
        directions,
        others,
        limit,
        placeholder(label),
        EditorView.contentAttributes.of({
          'aria-label': label,
          spellcheck: 'true',
          autocorrect: 'on',
          autocapitalize: 'sentences',
        }),
        theme,
        onCaret ? caretTold(text, onCaret) : [],
      ],
    }),
  })
}

/** Nobody types or pastes more than the node takes; what others wrote is shown whatever its length. */
const limit: Extension = EditorState.changeFilter.of(
  (transaction) => transaction.annotation(ySyncAnnotation) !== undefined || transaction.newDoc.length <= longest,
)

/** Each line runs as its own first letter says. */
const line = Decoration.line({ attributes: { dir: 'auto' } })
const directions = ViewPlugin.fromClass(
  class {
    lines: DecorationSet
    constructor(view: EditorView) {
      this.lines = linesOf(view)
    }
    update(update: ViewUpdate): void {
      if (update.docChanged || update.viewportChanged) this.lines = linesOf(update.view)
    }
  },
  { decorations: ({ lines }) => lines },
)
function linesOf({ visibleRanges, state: { doc } }: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>()
  for (const { from, to } of visibleRanges)
    for (let at = from; at <= to; ) {
      const { from: start, to: end } = doc.lineAt(at)
      builder.add(start, start, line)
      at = end + 1
    }
  return builder.finish()
}

function caretTold(text: Y.Text, onCaret: (caret: Caret) => void): Extension {
  let last = ''
  const place = (index: number): string =>
    toBase64url(Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(text, index)))
  return EditorView.updateListener.of((update) => {
    if (!update.selectionSet && !update.focusChanged && !update.docChanged) return
    const { anchor, head } = update.state.selection.main
    const caret = update.view.hasFocus ? { anchor: place(anchor), head: place(head) } : null
    const said = JSON.stringify(caret)
    if (said === last) return
    last = said
    onCaret(caret)
  })
}
