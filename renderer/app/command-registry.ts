/** What can be done on the page now, whoever asks for it: the palette, or a menu of the app around the page. */
import { createContext, useContext, useEffect, useRef } from 'react'
import type { PageCommandId, SectionCommandId } from '../../node-core/contract/commands.ts'

export type CommandId = PageCommandId | SectionCommandId
export type Acts = Partial<Readonly<Record<CommandId, () => void>>>

export interface CommandRegistry {
  /** Those that can be done now. */
  readonly enabled: readonly CommandId[]
  /** Puts in what a part of the page does, until it is taken out again; what was put in last is done. */
  add(acts: Acts): () => void
  /** False where nothing on the page does it now. */
  run(id: CommandId): boolean
  subscribe(changed: () => void): () => void
}

export function createRegistry(): CommandRegistry {
  let parts: readonly Acts[] = []
  const listeners = new Set<() => void>()
  const change = (next: readonly Acts[]) => {
    parts = next
    for (const listener of [...listeners]) listener()
  }
  return {
    get enabled() {
      return [...new Set(parts.flatMap((acts) => Object.keys(acts)))] as CommandId[]
    },
    add(acts) {
      change([...parts, acts])
      return () => change(parts.filter((one) => one !== acts))
    },
    run(id) {
      const act = parts.findLast((acts) => Object.hasOwn(acts, id))?.[id]
      act?.()
      return act !== undefined
    },
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
  }
}

const Context = createContext<CommandRegistry | undefined>(undefined)
export const RegistryProvider = Context

/** Does these commands for as long as the component is there; which they are stays the same, what they do may change. */
export function useCommands(acts: Acts): void {
  const registry = useContext(Context)
  const latest = useRef(acts)
  latest.current = acts
  const names = Object.keys(acts).sort().join(' ')
  useEffect(() => {
    const ids = names.split(' ').filter(Boolean) as CommandId[]
    return registry?.add(Object.fromEntries(ids.map((id) => [id, () => latest.current[id]?.()])))
  }, [registry, names])
}
