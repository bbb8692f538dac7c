/** Puts a provider's nodes together into the messages of one conversation, repairing what can be repaired. */

import type { Message } from '../../contract/content.ts'
import { type ImportReason, importReason } from '../../contract/import-reasons.ts'

export interface TreeNode {
  /** The provider's id of the node; unique among the nodes. */
  id: string
  /** As the provider wrote it; null or the id of a node that is not there makes a root. */
  parent: string | null
  /** Null where the provider keeps a node without a message (roots); its children move up. */
  message: Message | null
  /** The order of the children, where the provider gives one. */
  children?: readonly string[]
}

export type Tree = { messages: Message[]; current: string | undefined } | { reason: ImportReason }

/**
 * The messages with their `parent` set to the nearest message above them, parents before children: in the nodes'
 * own order where that has them so, else depth first by `children`.
 * A parent that is not there makes the node a root (nothing is lost); a node without a parent that another lists
 * among its children belongs under that one. A cycle cannot be shown in any order and is answered as `reason`.
 * `current` is the node at which the provider shows the conversation; it moves up to the nearest message.
 */
export function orderTree(nodes: readonly TreeNode[], current?: string): Tree {
  const byId = new Map<string, TreeNode>()
  for (const node of nodes) byId.set(node.id, node)
  for (const node of nodes) {
    for (const id of node.children ?? []) {
      const child = byId.get(id)
      if (child?.parent === null && !isAbove(child, node, byId)) child.parent = node.id
    }
  }
  const orphans: string[] = []
  for (const node of nodes) {
    if (node.parent === null || byId.has(node.parent)) continue
    if (!meansNone.test(node.parent)) orphans.push(node.id)
    node.parent = null
  }

  const ordered = parentsComeFirst(nodes) ? nodes : depthFirst(nodes, byId)
  if (ordered.length < nodes.length) {
    const placed = new Set(ordered)
    const lost = nodes.find((node) => !placed.has(node))
    return { reason: importReason('cycle', { message: lost?.id.slice(0, 80) ?? '?' }) }
  }

  // The id of the nearest message at or above each node; parents come first, so one step up is enough.
  const anchor = new Map<string, string | null>()
  const messages: Message[] = []
  for (const node of ordered) {
    const above = node.parent === null ? null : (anchor.get(node.parent) ?? null)
    if (node.message === null) {
      anchor.set(node.id, above)
      continue
    }
    node.message.parent = above
    anchor.set(node.id, node.message.id)
    messages.push(node.message)
  }
  if (orphans.length > 0) repairs.set(messages, orphans)
  return { messages, current: current === undefined ? undefined : (anchor.get(current) ?? undefined) }
}

/** Ids that providers write where there is no parent. */
const meansNone = /^$|^0{8}-0{4}-[04]0{3}-[08]0{3}-0{12}$|^(?:client-created-)?root/
const repairs = new WeakMap<readonly Message[], string[]>()

/** What {@link orderTree} had to repair in the messages of a conversation, for the report: nothing, mostly. */
export function repaired({ messages }: { messages: readonly Message[] }): { repaired?: readonly ImportReason[] } {
  const orphans = repairs.get(messages)
  return orphans ? { repaired: orphans.map((id) => importReason('orphan', { message: id.slice(0, 80) })) } : {}
}

/** True where `node` is `candidate` or stands somewhere below it. */
function isAbove(candidate: TreeNode, node: TreeNode, byId: ReadonlyMap<string, TreeNode>): boolean {
  let at: TreeNode | undefined = node
  for (let steps = 0; at !== undefined && steps <= byId.size; steps++) {
    if (at === candidate) return true
    at = at.parent === null ? undefined : byId.get(at.parent)
  }
  return false
}

function parentsComeFirst(nodes: readonly TreeNode[]): boolean {
  const seen = new Set<string>()
  for (const node of nodes) {
    if (node.parent !== null && !seen.has(node.parent)) return false
    seen.add(node.id)
  }
  return true
}

function depthFirst(nodes: readonly TreeNode[], byId: ReadonlyMap<string, TreeNode>): TreeNode[] {
  const below = new Map<string, TreeNode[]>()
  const roots: TreeNode[] = []
  for (const node of nodes) {
    if (node.parent === null) roots.push(node)
    else {
      const siblings = below.get(node.parent)
      if (siblings) siblings.push(node)
      else below.set(node.parent, [node])
    }
  }
  for (const [id, siblings] of below) {
    const order = byId.get(id)?.children
    if (siblings.length < 2 || order === undefined) continue
    const place = new Map(order.map((child, index) => [child, index]))
    siblings.sort((a, b) => (place.get(a.id) ?? order.length) - (place.get(b.id) ?? order.length))
  }
  const ordered: TreeNode[] = []
  const stack = roots.reverse()
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    ordered.push(node)
    const children = below.get(node.id)
    if (children) for (let i = children.length - 1; i >= 0; i--) stack.push(children[i] as TreeNode)
  }
  return ordered
}
