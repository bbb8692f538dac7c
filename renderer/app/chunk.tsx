import { type ComponentType, createElement, type ReactNode, useEffect, useState } from 'react'

/**
 * A part of the page whose code is loaded apart; its `meanwhile` is shown until that is here. What cannot be loaded is thrown
 * where the part stands.
 *
 * Not by React's `lazy`: what React itself has to wait for, be it for a moment, it holds back for some 300 ms, so that places
 * that load do not flicker.
 */
export function chunk<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): { readonly Part: ComponentType<Props & { meanwhile?: ReactNode }>; readonly begin: () => Promise<unknown> } {
  let loaded: ComponentType<Props> | undefined
  const begin = async () => {
    const module = await load()
    loaded = module.default
    return module
  }
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each part, in its module, as `lazy` is
  function Part(props: Props & { meanwhile?: ReactNode }) {
    const [, setTurn] = useState(0)
    const [failed, setFailed] = useState<{ error: unknown }>()
    useEffect(() => {
      if (loaded) return
      let gone = false
      begin().then(
        () => gone || setTurn((turn) => turn + 1),
        (error: unknown) => gone || setFailed({ error }),
      )
      return () => {
        gone = true
      }
    }, [])
    if (failed) throw failed.error
    return loaded ? createElement(loaded, props) : props.meanwhile
  }
  return { Part, begin }
}
