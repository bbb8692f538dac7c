/** Another node that a link from outside names: the form to pair with it begins with these. Never by the address. */
export interface HandedNode {
  readonly url: string
  readonly code: string
}

let node: HandedNode | undefined
const listeners = new Set<() => void>()

export function handNode(next: HandedNode): void {
  node = next
  for (const listener of [...listeners]) listener()
}

/** The node that was handed, once. */
export function takeNode(): HandedNode | undefined {
  const taken = node
  node = undefined
  return taken
}

/** Calls `handed` whenever there is a node to take; answers how to stop that. */
export function onNode(handed: () => void): () => void {
  listeners.add(handed)
  return () => void listeners.delete(handed)
}
