/** Rules about the tree of a conversation's messages that importing, reading and showing must agree on. Pure. */

export interface TreeNode {
  readonly id: string
  /** Null, or the id of a node that is not there: a root. */
  readonly parent: string | null
  /** Milliseconds since 1970. */
  readonly time?: number | undefined
}

/**
 * The leaf at which a conversation is shown: `current` where it is there, else the newest message without an
 * answer (of equal times the later in order). Undefined for an empty conversation.
 */
export function activeLeaf<T extends TreeNode>(nodes: readonly T[], current?: string | null): T | undefined {
  const chosen = current ? nodes.find((node) => node.id === current) : undefined
  return chosen ?? newestLeaf(nodes)
}

/** From the root to `leaf`. A cycle, which no export may have, ends the path. */
export function pathTo<T extends TreeNode>(byId: ReadonlyMap<string, T>, leaf: T | undefined): T[] {
  const path: T[] = []
  const seen = new Set<string>()
  for (let node = leaf; node && !seen.has(node.id); node = node.parent === null ? undefined : byId.get(node.parent)) {
    seen.add(node.id)
    path.push(node)
  }
  return path.reverse()
}

/** Nodes by id. */
export const byIdOf = <T extends TreeNode>(nodes: readonly T[]): Map<string, T> => new Map(nodes.map((node) => [node.id, node]))

/** Children by parent (null: the roots), in the order of time, of equal times in the order given. */
export function childrenOf<T extends TreeNode>(nodes: readonly T[]): Map<string | null, T[]> {
  const ids = new Set(nodes.map((node) => node.id))
  const children = new Map<string | null, T[]>()
  for (const node of nodes) {
    const parent = node.parent !== null && ids.has(node.parent) ? node.parent : null
    const siblings = children.get(parent)
    if (siblings) siblings.push(node)
    else children.set(parent, [node])
  }
  for (const siblings of children.values()) if (siblings.length > 1) siblings.sort((a, b) => (a.time ?? 0) - (b.time ?? 0))
  return children
}

/**
 * The newest leaf below `from` (or of all): where reading goes on when a branch is chosen. A message without a time
 * is as old as the nearest one above it that has one; of equally new ones the last in order counts.
 */
export function newestLeaf<T extends TreeNode>(nodes: readonly T[], from?: T): T | undefined {
  const byId = byIdOf(nodes)
  const parents = new Set<string>()
  for (const node of nodes) if (node.parent !== null && node.parent !== node.id) parents.add(node.parent)
  const below = from ? descendants(nodes, from) : undefined
  let best: T | undefined
  let bestTime = Number.NEGATIVE_INFINITY
  for (const node of nodes) {
    if (parents.has(node.id) || (below && !below.has(node.id))) continue
    const time = timeOf(node, byId)
    if (best && time < bestTime) continue
    best = node
    bestTime = time
  }
  return best ?? from ?? nodes.at(-1)
}

function timeOf<T extends TreeNode>(leaf: T, byId: ReadonlyMap<string, T>): number {
  let node: T | undefined = leaf
  for (let steps = byId.size; node && steps > 0; steps--) {
    if (node.time !== undefined) return node.time
    node = node.parent === null ? undefined : byId.get(node.parent)
  }
  return Number.NEGATIVE_INFINITY
}

function descendants<T extends TreeNode>(nodes: readonly T[], from: T): Set<string> {
  const children = childrenOf(nodes)
  const found = new Set<string>()
  const stack = [from.id]
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (found.has(id)) continue
    found.add(id)
    for (const child of children.get(id) ?? []) stack.push(child.id)
  }
  return found
}
