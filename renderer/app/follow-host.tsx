import { useEffect } from 'react'
import { useLocation } from 'wouter'
import { anywhereIds } from '../../node-core/contract/commands.ts'
import { handWords } from '../screens/search/handed.ts'
import { handNode } from '../screens/settings/handed-node.ts'
import { sectionIdsFor, sections } from '../screens/settings/sections.ts'
import { type CommandId, type CommandRegistry, useCommands } from './command-registry.ts'
import { commands } from './commands.ts'
import { useHost } from './host-context.tsx'
import { useText } from './language.tsx'
import { usePreference } from './preferences-context.tsx'

/** Does what the app around the page asks for, and tells it what can be done. In a browser nobody asks: there it is not loaded. */
export default function FollowHost({ registry }: { registry: CommandRegistry }) {
  const host = useHost()
  const text = useText()
  const [, go] = useLocation()
  const [, change] = usePreference()
  useCommands(Object.fromEntries(commands.map(({ id, act }) => [id, () => act({ host, go, change })])))
  useEffect(
    () =>
      host.on((event) => {
        if (event.type === 'go') go(event.path)
        else if (event.type === 'command') {
          // What is asked in a dialogue comes first, as it does for the keys.
          if (!isAsking() || isAnywhere(event.id)) registry.run(event.id)
        } else if (event.type === 'search') {
          handWords(event.words)
          go('/search')
        } else if (event.type === 'pair') {
          handNode({ url: event.node, code: event.code })
          go('/settings/devices')
        }
      }),
    [host, registry, go],
  )
  useEffect(() => {
    if (!host.offers('commands.state')) return
    let told = ''
    const tell = () => {
      const state = {
        enabled: [...registry.enabled],
        sections: sectionIdsFor(host).map((id) => ({ id: `settings-${id}` as const, name: text(sections[id].name) })),
      }
      const next = JSON.stringify(state)
      if (next === told) return
      told = next
      void host.call('commands.state', state).catch(() => undefined)
    }
    // Parts of a screen that come and go together are told of once.
    let waiting = false
    const soon = () => {
      if (waiting) return
      waiting = true
      queueMicrotask(() => {
        waiting = false
        tell()
      })
    }
    soon()
    return registry.subscribe(soon)
  }, [host, registry, text])
  return null
}

const isAsking = (): boolean => document.querySelector('[role="dialog"]:not([hidden]), [role="alertdialog"]') !== null
const isAnywhere = (id: CommandId): boolean => id.startsWith('settings-') || anywhereIds.some((one) => one === id)
