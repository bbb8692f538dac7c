/** The channel on which a test drives the app: one call, one answer. */
import { pack, unpack } from './clone.ts'
import { drives } from './drives.ts'

const table: Readonly<Record<string, (...args: never[]) => unknown>> = drives

process.on('message', (message: { standIn?: number; name?: string; args?: string }) => {
  const { standIn: id, name = '', args = '[]' } = message
  if (id === undefined) return
  void (async () => table[name]?.(...(unpack(args) as never[])))().then(
    (value) => process.send?.({ standIn: id, value: pack(value) }),
    (error) => process.send?.({ standIn: id, error: error instanceof Error ? error.message : String(error) }),
  )
})
// Without its test nobody would end it.
process.on('disconnect', () => process.exit(1))
// The app's life is not the channel's.
process.channel?.unref()
