/** `vivim tls`: opens the node to the person's own network, encrypted by an authority of its own. */

import { VivimError } from '../../contract/errors.ts'
import { command } from '../cli/arguments.ts'
import type { Terminal } from '../cli/terminal.ts'
import type { NodeClient } from '../client/client.ts'
import { runningNode } from '../client/connect.ts'
import { change } from './config.ts'

const setup = command({
  name: 'tls setup',
  summary: 'opens the node to your own network, encrypted, so that a phone can use it',
  options: { yes: { type: 'boolean', summary: 'does not ask' } },
  examples: [['tls setup', 'says what it does, asks, and leads on']],
  more:
    'The node makes an authority of its own: a root certificate whose key stays in the keychain, and which can vouch for ' +
    'private addresses and .local names only. Each phone installs it once, from a page that the node serves.',
  async run({ values, context }) {
    const { terminal, signal, dataDirectory } = context
    const { host, localTls, tlsCert } = context.config()
    if (tlsCert !== undefined)
      throw new VivimError('bad-request', 'A certificate is set already (tlsCert): its addresses are what phones use.')
    // This machine itself goes on by its loopback address.
    const wide = host === '0.0.0.0' || host === '::'
    if (!values.yes) {
      if (!terminal.interactive) throw new VivimError('bad-request', 'Say --yes where nobody can be asked.')
      terminal.say('Your node will listen to the networks that this machine is in, and speak to others over TLS only.')
      terminal.say('It makes a certificate authority for private addresses; a phone installs its root once.')
      const answer = await terminal.ask('Shall it? [y/N] ', signal)
      if (!/^y(es)?$/i.test(answer.trim())) throw new VivimError('cancelled', 'Nothing was changed.')
    }
    if (!wide) await change(dataDirectory, 'host', '0.0.0.0')
    if (!localTls) await change(dataDirectory, 'localTls', true)
    await using node = await runningNode(context.config(), context.account)
    const found = node && (await reached(node, signal))
    if (found?.certificate) return show(terminal, found)
    if (terminal.json) terminal.printJson({ addresses: [], certificate: null })
    else
      terminal.say(
        `Set. ${node ? 'Stop the node and start it anew' : 'Start the node'}; “vivim tls status” then says what a phone opens.`,
      )
    return 0
  },
})

const status = command({
  name: 'tls status',
  summary: 'says how phones reach the node, and the fingerprint of its root certificate',
  examples: [['tls status', 'to compare with what a phone shows']],
  async run({ context }) {
    const { terminal, signal } = context
    await using node = await runningNode(context.config(), context.account)
    if (!node) throw new VivimError('unavailable', 'No node runs. “vivim serve” starts one.')
    return show(terminal, await reached(node, signal))
  },
})

const off = command({
  name: 'tls off',
  summary: 'closes the node to your network again; a running node does so at its next start',
  examples: [['tls off', 'this machine alone']],
  async run({ context: { terminal, dataDirectory } }) {
    await change(dataDirectory, 'localTls', undefined)
    await change(dataDirectory, 'host', undefined)
    if (terminal.json) terminal.printJson({})
    else
      terminal.say('Set. A running node takes it at its next start. Phones keep the root certificate until you remove it there.')
    return 0
  },
})

interface Found {
  readonly addresses: readonly string[]
  readonly certificate: { readonly page: string; readonly fingerprint: string } | null
}
async function reached(node: NodeClient, signal: AbortSignal): Promise<Found> {
  const { addresses, certificate } = await node.call('pairings.list', {}, signal)
  return { addresses, certificate }
}

function show(terminal: Terminal, { addresses, certificate }: Found): 0 {
  if (terminal.json) {
    terminal.printJson({ addresses, certificate })
    return 0
  }
  for (const address of addresses) terminal.print(address)
  if (certificate) {
    terminal.say(`\n1. On the phone open ${certificate.page} and install the certificate. Its SHA-256 must be`)
    terminal.print(certificate.fingerprint)
    terminal.say('2. “vivim pair” then lets the phone in.')
  } else terminal.say('The node has no authority of its own; “vivim tls setup” makes one.')
  return 0
}

export const tlsCommands = [setup, status, off]
