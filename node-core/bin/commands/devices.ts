/** `vivim device`: the devices of the account, and throwing one out. */
import type { devices } from '../../contract/api/devices.ts'
import { isVivimError, VivimError } from '../../contract/errors.ts'
import type { Output } from '../../contract/method.ts'
import { command } from '../cli/arguments.ts'
import { moment, oneLine } from '../cli/format.ts'
import { phraseOption, takePhrase } from '../cli/phrases.ts'
import { takes } from '../cli/takes.ts'

type Device = Output<(typeof devices)['devices.list']>['items'][number]

/** The one device that a person means by its DID or its name. Errors: `not-found`, `bad-request` where several have that name. */
export function meant(items: readonly Device[], text: string): Device {
  const found = items.filter(({ did, name }) => did === text || name === text)
  const [device, ...others] = found
  if (!device) throw new VivimError('not-found', '“vivim device list” shows the devices.')
  if (others.length > 0) throw new VivimError('bad-request', 'Several devices have that name: give the DID.')
  return device
}

const list = command({
  name: 'device list',
  summary: 'lists the devices of the account, revoked ones too',
  examples: [['device list', 'with the time at which each was last seen']],
  async run({ context: { terminal, signal, connect } }) {
    await using node = await connect()
    const { items } = await node.call('devices.list', {}, signal)
    if (terminal.json) terminal.printJson({ items })
    else
      for (const { did, name, state, lastSeen, lastSynced, current } of items) {
        const seen = lastSeen === null ? 'never seen' : `seen ${moment(lastSeen)}`
        const synced = lastSynced === null ? '' : `  held everything ${moment(lastSynced)}`
        terminal.print(`${did}  ${state.padEnd(8)}  ${seen}${synced}  ${oneLine(name)}${current ? '  (this node)' : ''}`)
      }
    return 0
  },
})

const revoke = command({
  name: 'device revoke',
  summary: 'throws a device out for good: a lost phone, a sold laptop',
  words: 'DEVICE',
  least: 1,
  options: { yes: { type: 'boolean', summary: 'does not ask' }, ...phraseOption },
  examples: [
    ['device revoke "Old phone"', 'by its name, after a question'],
    ['device revoke did:key:z6Mk… --yes', 'by its DID, for scripts'],
  ],
  more: 'A device that this node did not let in is thrown out by the account’s root: where that is not in the keychain the 24 words are asked for.',
  async run({ values, words: [text = ''], context: { terminal, signal, connect } }) {
    if (!values.yes && !terminal.interactive)
      throw new VivimError('bad-request', 'This cannot be taken back; say --yes where nobody can be asked.')
    await using node = await connect()
    const { items } = await node.call('devices.list', {}, signal)
    const { did, name } = meant(items, text)
    if (!values.yes) {
      const answer = await terminal.ask(`Revoke “${oneLine(name)}” (${did}) for good? [y/N] `, signal)
      if (!/^y(es)?$/i.test(answer.trim())) throw new VivimError('cancelled', 'Nothing was revoked.')
    }
    try {
      await node.call('devices.revoke', { device: did }, signal)
    } catch (error) {
      const asks = terminal.interactive || values['phrase-file'] !== undefined
      if (!asks || !isVivimError(error, 'keys-missing')) throw error
      const phrase = await takePhrase(terminal, values['phrase-file'], signal)
      await node.call('account.revoke-device', { device: did, phrase }, signal)
    }
    if (terminal.json) terminal.printJson({ did })
    else terminal.say('Revoked. Its sessions have ended; what it signs from now on counts nowhere.')
    return 0
  },
})

const rename = command({
  name: 'device rename',
  summary: 'gives a device another name',
  words: 'DEVICE',
  least: 1,
  options: { to: { type: 'string', value: 'NAME', takes: takes.name, summary: 'the new name' } },
  examples: [['device rename test --to "Laptop"', 'by its name or its DID']],
  async run({ values, words: [text = ''], context: { terminal, signal, connect } }) {
    const name = values.to
    if (name === undefined) throw new VivimError('bad-request', 'Say the new name with --to.')
    await using node = await connect()
    const { items } = await node.call('devices.list', {}, signal)
    const { did } = meant(items, text)
    await node.call('devices.rename', { device: did, name }, signal)
    if (terminal.json) terminal.printJson({ did, name })
    else terminal.say('Renamed.')
    return 0
  },
})

export const deviceCommands = [list, revoke, rename]
