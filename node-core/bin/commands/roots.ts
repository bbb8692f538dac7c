/** `vivim account root` and `vivim account succeed`: the account's root key, kept away and replaced. */
import type { devices } from '../../contract/api/devices.ts'
import { VivimError } from '../../contract/errors.ts'
import type { Did } from '../../contract/ids.ts'
import type { Output } from '../../contract/method.ts'
import { command } from '../cli/arguments.ts'
import { moment, oneLine } from '../cli/format.ts'
import { phraseOption, takePhrase } from '../cli/phrases.ts'
import { takes } from '../cli/takes.ts'
import type { Terminal } from '../cli/terminal.ts'
import { meant } from './devices.ts'

type Device = Output<(typeof devices)['devices.list']>['items'][number]

const named = { type: 'string', value: 'DEVICE', takes: takes.name, multiple: true, most: 500 } as const

const root = command({
  name: 'account root',
  summary: 'keeps the root key in the keychain, or on paper alone',
  options: {
    cold: { type: 'boolean', summary: 'takes it out of the keychain: the 24 words are asked for what needs it' },
    warm: { type: 'boolean', summary: 'puts it back' },
    ...phraseOption,
  },
  examples: [
    ['account root --cold', 'whoever steals this machine cannot let devices in as you'],
    ['account root --warm', 'and back'],
  ],
  async run({ values, context: { terminal, signal, connect } }) {
    const { cold, warm } = values
    if (cold === warm) throw new VivimError('bad-request', 'Say --cold or --warm.')
    const phrase = await takePhrase(terminal, values['phrase-file'], signal)
    await using node = await connect()
    await node.call('account.set-root', { cold, phrase }, signal)
    if (terminal.json) terminal.printJson({ cold })
    else terminal.say(cold ? 'The root key is on your paper only.' : 'The root key is in the keychain.')
    return 0
  },
})

const succeed = command({
  name: 'account succeed',
  summary: 'puts a new root key in the place of a stolen one; asks for the 24 words',
  options: {
    keep: { ...named, summary: 'a device that goes on working, by its name or DID' },
    drop: { ...named, summary: 'a device that a thief let in: all that it ever wrote disappears' },
    yes: { type: 'boolean', summary: 'asks about no device: of those not named what they wrote stays, and they are revoked' },
    ...phraseOption,
  },
  examples: [
    ['account succeed', 'asks of each device what becomes of it'],
    ['account succeed --keep Phone --yes --phrase-file FILE', 'for scripts'],
  ],
  more:
    'For when somebody has your root key, out of the keychain of a machine that was stolen or broken into. From then on ' +
    'nothing counts that the old root says or said, but that it let in the devices which are not dropped; the account’s ' +
    'DID stays. It does not help where somebody has the 24 words themselves: they can do the same. Do it on one node only; ' +
    'the others learn of it by sync.',
  async run({ values, context: { terminal, signal, connect } }) {
    if (!values.yes && !terminal.interactive)
      throw new VivimError('bad-request', 'This cannot be taken back; say --yes where nobody can be asked.')
    await using node = await connect()
    const { items } = await node.call('devices.list', {}, signal)
    const didsOf = (texts: readonly string[]): Did[] => texts.map((text) => meant(items, text).did)
    const fates: Fates = { keep: didsOf(values.keep), drop: didsOf(values.drop) }
    if (!values.yes) await ask(terminal, items, fates, signal)
    const phrase = await takePhrase(terminal, values['phrase-file'], signal)
    const done = await node.call('account.succeed', { phrase, ...fates }, signal)
    if (terminal.json) terminal.printJson(done)
    else {
      terminal.say(`Done. The account has a new root and the same DID. Devices that no longer work: ${done.gone.length}.`)
      terminal.say('On your other nodes “vivim account root --warm” puts the new root into the keychain.')
    }
    return 0
  },
})

interface Fates {
  readonly keep: Did[]
  readonly drop: Did[]
}

/** Asks of every device that was not named what becomes of it. */
async function ask(terminal: Terminal, items: readonly Device[], { keep, drop }: Fates, signal: AbortSignal): Promise<void> {
  terminal.say(
    'This node stays. For every other device answer yes: it is yours and goes on working; past: it stops, and what it wrote until now stays; no: a thief let it in, and all that it ever wrote disappears.\n',
  )
  for (const { did, name, state, granted, lastSeen, current } of items) {
    if (current || keep.includes(did) || drop.includes(did)) continue
    const seen = lastSeen === null ? 'never seen' : `last seen ${moment(lastSeen)}`
    terminal.say(`${terminal.bold(oneLine(name))}  ${state}, let in ${moment(granted)}, ${seen}\n${did}`)
    let answer: string
    do answer = (await terminal.ask('yes, past or no? ', signal)).trim().toLowerCase()
    while (!['yes', 'past', 'no'].includes(answer))
    if (answer === 'yes') keep.push(did)
    if (answer === 'no') drop.push(did)
  }
}

export const rootCommands = [root, succeed]
