/** `vivim device add-node` and its kin: the person's other nodes. */

import type { OtherNode } from '../../contract/api/nodes.ts'
import { VivimError } from '../../contract/errors.ts'
import { command } from '../cli/arguments.ts'
import type { Context } from '../cli/context.ts'
import { counted, moment, oneLine } from '../cli/format.ts'
import { takes } from '../cli/takes.ts'
import type { NodeClient } from '../client/client.ts'
import { runningNode } from '../client/connect.ts'

const waiting = (fingerprint: string): string =>
  `This node’s number is ${fingerprint}. Confirm it at the other node, if it shows the same.`

const compare = (fingerprint: string): string =>
  `Nobody whom this machine trusts vouches for the other node’s certificate. Its authority has the SHA-256\n${fingerprint}\n` +
  '“vivim tls status” there shows it, and so does the page where it pairs a device.'

const add = command({
  name: 'device add-node',
  summary: 'keeps this node and another one of yours at the same state; brings the account here where there is none',
  words: 'URL',
  least: 1,
  options: {
    'code': {
      type: 'string',
      value: 'CODE',
      takes: takes.code,
      summary: 'the code that “vivim pair” shows there, where its link is not at hand',
    },
    'authority': {
      type: 'string',
      value: 'SHA256',
      takes: takes.fingerprint,
      summary:
        'the fingerprint of the other node’s own authority, as “vivim tls status” shows it there: it is not asked about then',
    },
    'generate-passphrase': {
      type: 'boolean',
      summary: 'makes and keeps a passphrase where there is neither a keychain nor a terminal',
    },
  },
  examples: [
    ["device add-node 'http://192.168.1.5:4747/#pair=…'", 'the link that “vivim pair” shows at the other node'],
    ['device add-node https://vivim.example.org --code ABCD-EFGH', 'its address, and the code'],
  ],
  more: 'One of the two follows the other: give the address to the one that can reach it. What is new goes both ways.',
  async run({ values, words: [url = ''], context }) {
    const { terminal } = context
    const request = { url, code: values.code, authority: values.authority }
    const joined = await join(context, request, values['generate-passphrase'])
    if (joined) {
      if (terminal.json) terminal.printJson(joined)
      else
        terminal.say(
          `${joined.did} is on this machine now, with ${counted(joined.events, 'event')}. “vivim serve” runs the node; it follows the other one from then on.`,
        )
      return 0
    }
    await using node = await context.connect()
    const added = await followed(context, node, request)
    if (terminal.json) terminal.printJson(added)
    else
      terminal.say(
        `This node follows ${added.url} now${node.remote ? '' : ', as soon as it runs (“vivim serve”)'}. “vivim device nodes” shows how that goes.`,
      )
    return 0
  },
})

interface Request {
  readonly url: string
  readonly code: string | undefined
  readonly authority: string | undefined
}

async function followed(context: Context, node: NodeClient, request: Request): Promise<OtherNode> {
  const { terminal, signal } = context
  for await (const { event, data } of node.events('nodes.add', request, signal)) {
    if (event === 'done') return data
    if (event === 'authority') {
      if (!(await agreed(context, request, data.fingerprint))) throw new VivimError('certificate-unknown', 'Nothing was changed.')
      return await followed(context, node, { ...request, authority: data.fingerprint })
    }
    terminal.say(waiting(data.fingerprint))
  }
  throw new VivimError('unavailable', 'The node ended before it was done.')
}

/** Whether the person says that the other node shows that fingerprint. Error: `certificate-unknown` where nobody can be asked. */
async function agreed({ terminal, signal }: Context, { authority }: Request, fingerprint: string): Promise<boolean> {
  if (authority !== undefined) return authority.toUpperCase() === fingerprint
  terminal.say(compare(fingerprint))
  if (!terminal.interactive)
    throw new VivimError('certificate-unknown', 'Where it shows the same, say so by --authority: nobody can be asked here.')
  return /^y(es)?$/i.test((await terminal.ask('Does it show the same? [y/N] ', signal)).trim())
}

/** Brings an account to a data directory that has none; undefined where it has one. */
async function join(context: Context, request: Request, generate: boolean) {
  const { terminal, signal } = context
  const config = context.config()
  const { storeState, refuseLostStore } = await import('../secrets/lost-store.ts')
  const { readMarker } = await import('../secrets/marker.ts')
  // one that a node has opened is whole
  const whole = (await storeState(config.dataDirectory)) === 'there' && (await readMarker(config.dataDirectory)) !== undefined
  if (whole || (await runningNode(config))) return undefined
  const { joinStore } = await import('../../node/join.ts')
  const { systemClock: clock, systemRandom: random } = await import('../../adapters/clock.ts')
  const { setTimeout: later } = await import('node:timers/promises')
  await refuseLostStore(config.dataDirectory)
  const { keychain, remember } = await context.keychain(config, { generate })
  const progress = terminal.progress()
  try {
    const joined = await joinStore(
      config.dataDirectory,
      request,
      {
        keychain,
        clock,
        random,
        device: { name: config.deviceName, kind: config.deviceKind },
        wait: (milliseconds, ended) => later(milliseconds, undefined, { signal: ended }),
        agree: (fingerprint) => agreed(context, request, fingerprint),
        onNumber: (fingerprint) => terminal.say(waiting(fingerprint)),
        onProgress: (events) => progress.show({ stage: 'Bringing events', done: events, total: null }),
      },
      signal,
    )
    if (joined) await remember()
    return joined
  } finally {
    progress.end()
  }
}

const list = command({
  name: 'device nodes',
  summary: 'lists the nodes that this one follows, and how that goes',
  examples: [['device nodes', 'with the time at which both last held the same']],
  async run({ context: { terminal, signal, connect } }) {
    await using node = await connect()
    const { items } = await node.call('nodes.list', {}, signal)
    if (terminal.json) terminal.printJson({ items })
    else for (const item of items) terminal.print(lineOf(item))
    return 0
  },
})

function lineOf({ id, url, state, lastSynced, behind, trouble }: OtherNode): string {
  const synced = lastSynced === null ? 'not yet the same' : `the same at ${moment(lastSynced)}`
  const lacking = behind && behind.here + behind.there > 0 ? `  lacking: ${behind.here} here, ${behind.there} there` : ''
  const wrong = trouble ? `  since ${moment(trouble.since)}: ${oneLine(trouble.text)}` : ''
  return `${id}  ${state.padEnd(8)}  ${synced}  ${url}${lacking}${wrong}`
}

/** The node that a person named by its id or its address. Error: `not-found`. */
async function named(node: NodeClient, text: string, signal: AbortSignal): Promise<OtherNode> {
  const { items } = await node.call('nodes.list', {}, signal)
  const found = items.find(({ id, url }) => id === text || url === text)
  if (!found) throw new VivimError('not-found', '“vivim device nodes” shows the nodes that this one follows.')
  return found
}

const sync = command({
  name: 'device sync-node',
  summary: 'brings this node and another one to the same state now, and says how that went',
  words: 'ID',
  least: 1,
  examples: [['device sync-node ID', 'by its id or its address, which “vivim device nodes” shows']],
  async run({ words: [text = ''], context: { terminal, signal, config, account } }) {
    await using node = await runningNode(config(), account)
    if (!node) throw new VivimError('unavailable', 'No node runs, so none is followed. “vivim serve” starts one.')
    const synced = await node.call('nodes.sync', { node: (await named(node, text, signal)).id }, signal)
    if (terminal.json) terminal.printJson(synced)
    else terminal.print(lineOf(synced))
    return synced.trouble ? 1 : 0
  },
})

const remove = command({
  name: 'device remove-node',
  summary: 'follows another node no longer; what both hold stays',
  words: 'ID',
  least: 1,
  examples: [['device remove-node ID', 'by its id or its address, which “vivim device nodes” shows']],
  async run({ words: [text = ''], context: { terminal, signal, connect } }) {
    await using node = await connect()
    const found = await named(node, text, signal)
    await node.call('nodes.remove', { node: found.id }, signal)
    if (terminal.json) terminal.printJson({ id: found.id })
    else terminal.say('It is followed no longer. If it is no node of yours any more, revoke its device as well.')
    return 0
  },
})

export const nodeCommands = [add, list, sync, remove]
