/** `vivim status`: what the node is doing and holds. */
import { command } from '../cli/arguments.ts'
import { bytes, counted, duration, moment, oneLine } from '../cli/format.ts'

export const statusCommand = command({
  name: 'status',
  summary: 'shows what the node is doing, and how much it holds',
  examples: [
    ['status', 'in words'],
    ['status --json', 'for programs'],
  ],
  async run({ context }) {
    const { terminal, signal } = context
    const { dataDirectory } = context.config()
    await using node = await context.connect()
    const status = await node.call('status.get', {}, signal)
    const storage = await node.call('storage.get', {}, signal)
    if (terminal.json) {
      terminal.printJson({ running: node.remote, dataDirectory, status, storage })
      return 0
    }
    const { account, imports, integrity } = status
    const line = (name: string, text: string) => terminal.print(`${name.padEnd(10)} ${text}`)
    line(
      'Node',
      node.remote
        ? `running for ${duration(status.uptime)}, version ${status.version}`
        : `not running (looked at by this command), version ${status.version}`,
    )
    line('Data', dataDirectory)
    line('Account', account.did)
    line('Holds', `${counted(account.conversations, 'conversation')}, ${counted(account.messages, 'message')}`)
    line(
      'Space',
      `${bytes(storage.total)}${storage.quota === null ? '' : ` of ${bytes(storage.quota)}`}, ${bytes(storage.free)} free on the disk`,
    )
    line(
      '',
      `log ${bytes(storage.log)}, library ${bytes(storage.library)}, search ${bytes(storage.search)}, files ${bytes(storage.blobs)}, in progress ${bytes(storage.staging)}`,
    )
    if (imports.running + imports.waiting > 0) line('Imports', `${imports.running} running, ${imports.waiting} waiting`)
    line('Store', `${integrity.state}${integrity.checked === null ? '' : `, checked ${moment(integrity.checked)}`}`)
    for (const problem of integrity.problems) line('', oneLine(problem))
    for (const { url, state, lastSynced, trouble } of status.nodes)
      line(
        'Follows',
        `${url}: ${trouble ? oneLine(trouble.text) : state}${lastSynced === null ? '' : `, the same at ${moment(lastSynced)}`}`,
      )
    line('Keys in', status.keychain)
    for (const { text } of status.warnings) line('Note', oneLine(text))
    return 0
  },
})
