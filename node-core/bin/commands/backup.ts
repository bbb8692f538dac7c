/** `vivim backup`: a sealed copy of the whole store. */
import { resolve } from 'node:path'
import { command } from '../cli/arguments.ts'
import { bytes, duration } from '../cli/format.ts'
import { refuseExisting } from '../cli/new-file.ts'

export const backupCommand = command({
  name: 'backup',
  summary: 'writes a sealed copy of the whole store, as of one moment',
  words: 'FILE',
  least: 1,
  examples: [['backup /media/usb/vivim-2024-03-01.backup', 'while the node runs or not']],
  more: 'Nobody can read it without your 24 words, which “vivim restore” asks for.',
  async run({ words: [file = ''], context: { terminal, signal, connect } }) {
    const path = resolve(file)
    await refuseExisting(path)
    await using node = await connect()
    if (!terminal.json) terminal.say('Copying …')
    const written = await node.call('backups.create', { path }, signal)
    if (terminal.json) terminal.printJson(written)
    else
      terminal.say(
        `Written: ${written.path} (${bytes(written.bytes)}) in ${duration(written.seconds)}. It opens with your 24 words.`,
      )
    return 0
  },
})
