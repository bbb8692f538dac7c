/** `vivim restore`: a backup into a data directory that holds no store. */
import { resolve } from 'node:path'
import { VivimError } from '../../contract/errors.ts'
import { command } from '../cli/arguments.ts'
import { bytes, moment } from '../cli/format.ts'
import { phraseOption, takePhrase } from '../cli/phrases.ts'
import { runningNode } from '../client/connect.ts'

export const restoreCommand = command({
  name: 'restore',
  summary: 'brings a backup back into an empty data directory; asks for the 24 words',
  words: 'FILE|FOLDER',
  least: 1,
  options: phraseOption,
  examples: [
    ['restore /media/usb/vivim-2024-03-01.backup', 'on a new machine'],
    ['restore vivim.backup --data ~/looked-at', 'beside what is there'],
    ['restore /media/usb', 'the newest in a folder, with all that it builds on'],
  ],
  more: 'This node becomes a new device of the account: backups hold no device’s keys.',
  async run({ values, words: [file = ''], context }) {
    const { terminal, signal } = context
    const config = context.config()
    if (await runningNode(config))
      throw new VivimError('store-locked', 'A node runs on that data directory; a backup goes into an empty one (--data DIR).')
    const phrase = await takePhrase(terminal, values['phrase-file'], signal)
    const { keychain, remember } = await context.keychain(config, { anew: true })
    const { restoreBackup } = await import('../../backup/restore.ts')
    const { systemClock: clock, systemRandom: random } = await import('../../adapters/clock.ts')
    const progress = terminal.progress()
    try {
      const restored = await restoreBackup(resolve(file), {
        dataDirectory: config.dataDirectory,
        phrase,
        keychain,
        clock,
        random,
        device: { name: config.deviceName, kind: config.deviceKind },
        signal,
        onProgress: (done, total) => progress.show({ stage: 'Restoring', done, total, detail: bytes(done) }),
      })
      await remember()
      progress.end()
      if (terminal.json) terminal.printJson(restored)
      else {
        terminal.say(
          `Restored into ${config.dataDirectory}, as of ${moment(restored.created)} (${bytes(restored.bytes)}). “vivim serve” starts it.`,
        )
        for (const did of restored.others) terminal.say(`The keys of ${did} need its own 24 words: vivim account recover`)
      }
      return 0
    } finally {
      progress.end()
    }
  },
})
