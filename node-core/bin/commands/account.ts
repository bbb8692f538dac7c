/** `vivim account`: the accounts of this node, their 24 words, the passphrase of the key file. */
import { VivimError } from '../../contract/errors.ts'
import { command } from '../cli/arguments.ts'
import { bytes, day, oneLine } from '../cli/format.ts'
import { phraseOption, takePhrase } from '../cli/phrases.ts'
import { sizeOf } from '../cli/sizes.ts'
import { takes } from '../cli/takes.ts'
import { runningNode } from '../client/connect.ts'

const list = command({
  name: 'account list',
  summary: 'lists the accounts of this node',
  examples: [['account list', 'their DIDs are what --account takes']],
  async run({ context: { terminal, signal, connect } }) {
    await using node = await connect()
    const { items } = await node.call('accounts.list', {}, signal)
    if (terminal.json) terminal.printJson({ items })
    else for (const { did, name, created } of items) terminal.print(`${did}  ${day(created)}${name ? `  ${oneLine(name)}` : ''}`)
    return 0
  },
})

const create = command({
  name: 'account new',
  summary: 'makes a further account, strictly apart from the others',
  options: {
    'name': { type: 'string', value: 'NAME', takes: takes.name, summary: 'what it is called' },
    'from-phrase': { type: 'boolean', summary: 'grows it from the 24 words of an account that you have elsewhere' },
    ...phraseOption,
  },
  examples: [
    ['account new --name Work', 'with words of its own'],
    ['account new --from-phrase', 'the same identity on another node'],
  ],
  async run({ values, context: { terminal, signal, connect } }) {
    const again = values['from-phrase'] || values['phrase-file'] !== undefined
    const phrase = again ? await takePhrase(terminal, values['phrase-file'], signal) : undefined
    await using node = await connect()
    const made = await node.call('accounts.create', { name: values.name, phrase }, signal)
    if (terminal.json) terminal.printJson(made)
    else {
      terminal.print(made.did)
      if (!again) terminal.say(`Write its 24 words down: vivim account phrase --account ${made.did}`)
    }
    return 0
  },
})

const phrase = command({
  name: 'account phrase',
  summary: 'shows the 24 words that bring everything back, until they were confirmed',
  examples: [['account phrase', 'in a terminal, with nobody looking on']],
  async run({ context: { terminal, signal, connect } }) {
    // A pipe or a file would keep them.
    if (!terminal.shown || !terminal.interactive || terminal.json)
      throw new VivimError('bad-request', 'The 24 words are shown in a terminal only.')
    await using node = await connect()
    const { phrase: text } = await node.call('account.phrase', {}, signal)
    const words = text.split(' ')
    terminal.say(
      'Write these words down on paper, in this order. Whoever has them has everything; without them a lost keychain means lost data.\n',
    )
    for (let row = 0; row < words.length; row += 4) {
      terminal.print(
        words
          .slice(row, row + 4)
          .map((word, n) => `${String(row + n + 1).padStart(2)} ${terminal.bold(word.padEnd(10))}`)
          .join(' '),
      )
    }
    terminal.say('\n“vivim account confirm” asks them back; then the node forgets them.')
    return 0
  },
})

const confirm = command({
  name: 'account confirm',
  summary: 'asks the 24 words back; then the node forgets them',
  options: phraseOption,
  examples: [['account confirm', 'once they are on paper']],
  async run({ values, context: { terminal, signal, connect } }) {
    const text = await takePhrase(terminal, values['phrase-file'], signal)
    await using node = await connect()
    await node.call('account.confirm-phrase', { phrase: text }, signal)
    if (terminal.json) terminal.printJson({})
    else terminal.say('They are right. From now on they are on your paper only.')
    return 0
  },
})

const recover = command({
  name: 'account recover',
  summary: 'brings lost keys back with the 24 words, or the account onto an empty machine',
  options: phraseOption,
  examples: [
    ['account recover', 'when the keychain lost the keys, or the passphrase is forgotten'],
    ['account recover --data ~/again', 'on a machine that holds nothing yet; the data then comes by sync'],
    ['account recover --passphrase-file FILE', 'and keeps them in a key file from now on'],
  ],
  async run({ values, context }) {
    const { terminal, signal } = context
    const config = context.config()
    if (await runningNode(config)) throw new VivimError('store-locked', 'A node runs, so its keys are there. Stop it to recover.')
    const text = await takePhrase(terminal, values['phrase-file'], signal)
    const { recoverKeys } = await import('../secrets/recover.ts')
    const { did, anew, keychain } = await recoverKeys(context, text)
    if (terminal.json) terminal.printJson({ did, keychain, anew })
    else if (anew)
      terminal.say(
        `${did} is on this machine again, as a new device and with nothing in it yet (keys in: ${keychain}). What it holds comes back by sync from another node of yours. From a backup it comes into an empty data directory: vivim restore FILE --data DIR`,
      )
    else terminal.say(`The keys of ${did} are back, in: ${keychain}. This node is a new device of the account.`)
    return 0
  },
})

const passphrase = command({
  name: 'account passphrase',
  summary: 'changes the passphrase of the key file, where there is no keychain',
  examples: [['account passphrase', 'asks for the old one, and twice for the new one']],
  async run({ context }) {
    const { terminal, signal } = context
    if (!terminal.interactive) throw new VivimError('bad-request', 'A passphrase is asked for in a terminal only.')
    const { askNewPassphrase } = await import('../secrets/passphrase.ts')
    const { generatedPath, readGenerated, removeGenerated } = await import('../secrets/generated.ts')
    const { passphraseBytes } = await import('../../crypto/passphrase.ts')
    const { hasFileKeychain } = await import('../../adapters/keychain-file/keychain.ts')
    const config = context.config()
    if (!(await hasFileKeychain(config.dataDirectory)))
      throw new VivimError(
        'keychain-unavailable',
        'The keys of this store are in no key file, so there is no passphrase to change.',
      )
    const path = generatedPath(config.configDirectory, config.dataDirectory)
    const generated = await readGenerated(path)
    if (generated !== undefined) terminal.say('The passphrase that was made for this store is taken as the old one.')
    const current = generated?.trim() ?? (await terminal.askHidden('Passphrase now: ', signal)).normalize('NFKC')
    // it opens the store as well where no node runs: nobody is asked twice
    await using node = await context.connect(generated === undefined ? { typed: passphraseBytes(current) } : {})
    const next = ((await askNewPassphrase(terminal, false, signal)) ?? '').normalize('NFKC')
    await node.call('keychain.change-passphrase', { current, next }, signal)
    // Only now: until here it was the one that opens the store.
    await removeGenerated(path)
    terminal.say('Changed. The node asks for the new one at its next start.')
    return 0
  },
})

const quota = command({
  name: 'account quota',
  summary: 'limits how much an account may keep',
  words: 'SIZE',
  least: 1,
  examples: [
    ['account quota 20GB', 'no more than this'],
    ['account quota none', 'no limit'],
  ],
  async run({ words: [text = ''], context: { terminal, signal, connect } }) {
    const size = text === 'none' ? null : sizeOf(text)
    await using node = await connect()
    await node.call('account.set-quota', { quota: size }, signal)
    if (terminal.json) terminal.printJson({ quota: size })
    else terminal.say(size === null ? 'No limit.' : `At most ${bytes(size)}.`)
    return 0
  },
})

const publish = command({
  name: 'account publish',
  summary: 'lets others who know its DID ask the node for the account’s keys and name',
  options: {
    name: { type: 'string', value: 'NAME', takes: takes.name, summary: 'how you want to be called; else nothing is said' },
    off: { type: 'boolean', summary: 'publishes nothing any more' },
  },
  examples: [['account publish --name Hanna', 'at /.well-known/vivim?did=…']],
  more: 'The signed record holds the public keys of your devices, and of this node’s device its name too (“vivim device list”).',
  async run({ values, context: { terminal, signal, connect } }) {
    await using node = await connect()
    const on = !values.off
    await node.call('account.publish', { on, ...(on && values.name !== undefined ? { name: values.name } : {}) }, signal)
    if (terminal.json) terminal.printJson({ on })
    else terminal.say(on ? 'Published, to those who can reach this node and know the account’s DID.' : 'Published no more.')
    return 0
  },
})

export const accountCommands = [list, create, phrase, confirm, recover, publish, passphrase, quota]
