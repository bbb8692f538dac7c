/** Highlighted code as runs of one colour each. Pure. */
import type { ElementContent, Root } from 'hast'

/** Up to `end` (UTF-16 code units from the beginning) the code is of this kind; an empty kind is plain. */
export interface Run {
  readonly end: number
  readonly kind: string
}

/** The innermost kind of every character: `hljs-keyword` and the like without the prefix. */
export function runsOf(tree: Root): Run[] {
  const runs: Run[] = []
  let end = 0
  const walk = (nodes: readonly (Root['children'][number] | ElementContent)[], kind: string): void => {
    for (const node of nodes) {
      if (node.type === 'text') {
        end += node.value.length
        const last = runs.at(-1)
        if (last?.kind === kind) runs[runs.length - 1] = { end, kind }
        else runs.push({ end, kind })
      } else if (node.type === 'element') walk(node.children, kindOf(node.properties['className']) ?? kind)
    }
  }
  walk(tree.children, '')
  return runs
}

function kindOf(names: unknown): string | undefined {
  const first: unknown = Array.isArray(names) ? names[0] : undefined
  return typeof first === 'string' && first.startsWith('hljs-') ? first.slice('hljs-'.length) : undefined
}
