/** The look of the editor, in the page's own measures. */
import { EditorView } from '@codemirror/view'
import { looks } from './others.ts'

/** Far apart from each other, and with white on them readable in both themes. */
const hues = [250, 20, 145, 305, 75] as const

export const theme = EditorView.theme({
  '&': { font: 'inherit', color: 'inherit', backgroundColor: 'transparent' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    font: 'inherit',
    lineHeight: 'var(--leading)',
    minBlockSize: '4rem',
    maxBlockSize: '40dvh',
    overflowY: 'auto',
    overflowX: 'hidden',
  },
  '.cm-content': { padding: 'var(--space-2) 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 var(--space-3)' },
  '.cm-placeholder': { color: 'var(--ink-soft)' },
  '.cm-cursor': { borderInlineStartColor: 'var(--ink)', borderInlineStartWidth: '2px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'var(--accent-soft)',
  },
  '.cm-other': {
    position: 'relative',
    borderInlineStart: '2px solid var(--other)',
    marginInline: '-1px',
  },
  '.cm-other-name': {
    position: 'absolute',
    insetBlockEnd: '1.15em',
    insetInlineStart: '-2px',
    maxInlineSize: '12rem',
    padding: '0 var(--space-1)',
    borderRadius: '3px 3px 3px 0',
    background: 'var(--other)',
    color: '#ffffff',
    font: '600 var(--text-tiny) / 1.3 var(--sans)',
    whiteSpace: 'nowrap',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    pointerEvents: 'none',
    zIndex: 1,
    // it covers words: who it is says the line below the field for as long as they are there
    animation: 'other-name-goes 300ms 3s forwards',
  },
  '@keyframes other-name-goes': { to: { opacity: '0' } },
  '.cm-line:first-child .cm-other-name': { insetBlockEnd: 'auto', insetBlockStart: '1.25em' },
  '.cm-other-range': { background: 'color-mix(in oklab, var(--other) 25%, transparent)' },
  ...Object.fromEntries(
    Array.from({ length: looks }, (_, look) => [`.cm-other-${look}`, { '--other': `oklch(0.5 0.15 ${hues[look] ?? 0})` }]),
  ),
})
