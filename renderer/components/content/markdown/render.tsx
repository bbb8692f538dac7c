/**
 * The tree of a text as elements. Every element and attribute is chosen here; what the text says becomes text nodes,
 * and addresses only by `safeHref`. Pure.
 */
import type { Definition, FootnoteDefinition, Heading, Nodes, Parents, Root, Table } from 'mdast'
import type {} from 'mdast-util-math'
import { toString as textOf } from 'mdast-util-to-string'
import { Fragment, type ReactNode } from 'react'
import { CodeBlock } from '../code/code-block.tsx'
import { Formula } from '../formula/formula.tsx'
import { type Citation, splitAtMarks, unmarked } from './citation-marks.ts'
import { directionOf } from './direction.ts'
import { Footnote, ImageLink, OutsideLink, TableBox, TaskMark } from './elements.tsx'
import css from './markdown.module.css'
import { CitationNumber } from './sources.tsx'

/** Deeper parts of a tree are shown as their source. */
const deepest = 60
/** Cells of so many characters are not broken into lines. */
const shortCell = 12

interface Around {
  readonly source: string
  readonly id: string
  readonly citations?: readonly Citation[] | undefined
  /** How many headings of the same message the text stands under; none where it is not said. */
  readonly under?: number | undefined
}

interface Context extends Around {
  readonly definitions: ReadonlyMap<string, Definition>
  readonly footnotes: ReadonlyMap<string, FootnoteDefinition>
  readonly levels: ReadonlyMap<Heading, number>
  readonly depth: number
}

/** The elements of what stands in `source`; definitions that were added behind it are only referred to. */
export function renderTree(tree: Root, { source, id, citations, under = 0 }: Around): ReactNode {
  const definitions = new Map<string, Definition>()
  const footnotes = new Map<string, FootnoteDefinition>()
  collect(tree, definitions, footnotes, 0)
  const own = tree.children.filter((node) => (node.position?.start.offset ?? 0) < source.length)
  const levels = new Map<Heading, number>()
  level(tree, levels, { under, open: [] }, 0)
  return all({ ...tree, children: own }, { source, id, citations, definitions, footnotes, levels, depth: 0 })
}

/**
 * Gives every heading its level by what it stands under, not by its number of marks: an answer that begins at `##` and
 * goes on at `####` leaves no level out, so that nobody who hears it looks for what is missing.
 */
function level(node: Nodes, levels: Map<Heading, number>, at: { under: number; open: number[] }, depth: number): void {
  if (node.type === 'heading') {
    while ((at.open.at(-1) ?? 0) >= node.depth) at.open.pop()
    levels.set(node, at.under + at.open.length)
    at.open.push(node.depth)
  } else if ('children' in node && depth < deepest) for (const child of node.children) level(child, levels, at, depth + 1)
}

function collect(node: Nodes, links: Map<string, Definition>, notes: Map<string, FootnoteDefinition>, depth: number): void {
  if (node.type === 'definition' && !links.has(node.identifier)) links.set(node.identifier, node)
  if (node.type === 'footnoteDefinition' && !notes.has(node.identifier)) notes.set(node.identifier, node)
  if ('children' in node && depth < deepest) for (const child of node.children) collect(child, links, notes, depth + 1)
}

function all(parent: Parents, context: Context): ReactNode {
  if (context.depth > deepest) return sourceOf(parent, context)
  const inside = { ...context, depth: context.depth + 1 }
  return parent.children.map((node, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the tree of a text does not change.
    return <Fragment key={index}>{render(node, inside)}</Fragment>
  })
}

function render(node: Nodes, context: Context): ReactNode {
  switch (node.type) {
    case 'text':
      return cited(node.value, context)
    case 'paragraph':
      return <p dir="auto">{all(node, context)}</p>
    case 'heading':
      return heading(node, all(node, context), context)
    case 'emphasis':
      return <em>{all(node, context)}</em>
    case 'strong':
      return <strong>{all(node, context)}</strong>
    case 'delete':
      return <del>{all(node, context)}</del>
    case 'inlineCode':
      return <code dir="auto">{unmarked(node.value)}</code>
    case 'break':
      return <br />
    case 'thematicBreak':
      return <hr />
    case 'blockquote':
      return <blockquote>{all(node, context)}</blockquote>
    case 'list':
      return node.ordered ? (
        <ol start={node.start ?? 1} dir={directionOf(node)}>
          {all(node, context)}
        </ol>
      ) : (
        <ul dir={directionOf(node)}>{all(node, context)}</ul>
      )
    case 'listItem':
      return typeof node.checked === 'boolean' ? (
        <li className={css.task}>
          <TaskMark done={node.checked} />
          <div>{all(node, context)}</div>
        </li>
      ) : (
        <li>{all(node, context)}</li>
      )
    case 'code':
      return (
        <CodeBlock
          code={unmarked(node.value)}
          language={node.lang ? unmarked(node.lang) : undefined}
          id={`${context.id} ${at(node)}`}
        />
      )
    case 'math':
      return <Formula source={unmarked(node.value)} display />
    case 'inlineMath':
      return (
        <Formula
          source={unmarked(node.value).trim()}
          display={/^(?:\$\$|\\\[)/.test(context.source.slice(at(node), at(node) + 2))}
        />
      )
    case 'table':
      return table(node, context)
    case 'link':
      return <OutsideLink address={unmarked(node.url)}>{all(node, context)}</OutsideLink>
    case 'linkReference':
      return <OutsideLink address={context.definitions.get(node.identifier)?.url ?? ''}>{all(node, context)}</OutsideLink>
    case 'image':
      return <ImageLink address={unmarked(node.url)} alt={unmarked(node.alt ?? '')} />
    case 'imageReference':
      return <ImageLink address={context.definitions.get(node.identifier)?.url ?? ''} alt={unmarked(node.alt ?? '')} />
    case 'footnoteReference': {
      const note = context.footnotes.get(node.identifier)
      return (
        <Footnote label={unmarked(node.label ?? node.identifier)}>
          {note && note.children.length > 0 && all(note, { ...context, footnotes: new Map() })}
        </Footnote>
      )
    }
    case 'footnoteDefinition':
      return (
        <div className={css.note} dir={directionOf(node)}>
          <span aria-hidden>{unmarked(node.label ?? node.identifier)}</span>
          <div>{all(node, context)}</div>
        </div>
      )
    case 'html':
      // The one tag that models write for want of another way: a line break inside a table's cell.
      return /^<br\s*\/?>$/i.test(node.value) ? <br /> : <span className={css.raw}>{unmarked(node.value)}</span>
    case 'definition':
    case 'yaml':
      return null
    default:
      return 'children' in node ? all(node, context) : sourceOf(node, context)
  }
}

/** Headings inside a message stand below those of the page. */
function heading(node: Heading, children: ReactNode, { levels }: Context): ReactNode {
  const Level = (['h3', 'h4', 'h5'] as const)[levels.get(node) ?? 0] ?? 'h6'
  return (
    <Level dir="auto" data-depth={node.depth}>
      {children}
    </Level>
  )
}

function table(node: Table, context: Context): ReactNode {
  const cells = (row: number) =>
    node.children[row]?.children.map((cell, column) => {
      const Cell = row === 0 ? 'th' : 'td'
      return (
        <Cell
          // biome-ignore lint/suspicious/noArrayIndexKey: the tree of a text does not change.
          key={column}
          dir="auto"
          data-align={node.align?.[column] ?? undefined}
          data-short={textOf(cell).length <= shortCell || undefined}
          {...(row === 0 ? { scope: 'col' } : {})}
        >
          {all(cell, context)}
        </Cell>
      )
    })
  return (
    <TableBox dir={directionOf(node)}>
      <thead>
        <tr>{cells(0)}</tr>
      </thead>
      <tbody>
        {node.children.slice(1).map((_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the tree of a text does not change.
          <tr key={index}>{cells(index + 1)}</tr>
        ))}
      </tbody>
    </TableBox>
  )
}

/** Text with the numbers of what is cited in it. */
function cited(text: string, { citations }: Context): ReactNode {
  const pieces = splitAtMarks(text)
  if (pieces.length === 1) return lines(text)
  return pieces.map((piece, index) => {
    const citation = index % 2 === 1 ? citations?.[Number(piece)] : undefined
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: the tree of a text does not change.
      <Fragment key={index}>{index % 2 === 0 ? lines(piece) : citation && <CitationNumber citation={citation} />}</Fragment>
    )
  })
}

/** Lines as they were written: chats show the breaks that people type. */
const lines = (text: string): ReactNode =>
  text.split('\n').map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the tree of a text does not change.
    <Fragment key={index}>
      {index > 0 && <br />}
      {line}
    </Fragment>
  ))

const at = (node: Nodes): number => node.position?.start.offset ?? 0
const sourceOf = (node: Nodes, { source }: Context): string =>
  unmarked(source.slice(at(node), node.position?.end.offset ?? at(node)))
