import { type ComponentType, createElement, lazy, useState } from 'react'

/**
 * A part of the page whose code is loaded apart. Where it is loaded already the part is shown at once: what React has to
 * wait for, be it for a moment, it holds back for some 300 ms, so that places that load do not flicker.
 */
export function chunk<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): { readonly Part: ComponentType<Props>; readonly begin: () => Promise<unknown> } {
  let loaded: ComponentType<Props> | undefined
  const begin = async () => {
    const module = await load()
    loaded = module.default
    return module
  }
  const Later: ComponentType<Props> = lazy(begin)
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each part, in its module, as `lazy` is
  function Part(props: Props) {
    // Chosen once: another type would be another part, without what this one holds.
    const [Chosen] = useState<ComponentType<Props>>(() => loaded ?? Later)
    return createElement(Chosen, props)
  }
  return { Part, begin }
}
