/** `vivim pair`: shows how a phone or another browser becomes a device, and asks before it is one. */
import { setTimeout as pause } from 'node:timers/promises'
import { encodeQR } from 'qr'
import type { Pairing } from '../../contract/api/pairings.ts'
import { isVivimError, VivimError } from '../../contract/errors.ts'
import { mayBeFull, showCode } from '../../contract/pairing.ts'
import { command } from '../cli/arguments.ts'
import { moment, oneLine } from '../cli/format.ts'
import type { Terminal } from '../cli/terminal.ts'
import type { NodeClient } from '../client/client.ts'
import { runningNode } from '../client/connect.ts'

/** Between two looks whether a device has claimed, in milliseconds. */
const pace = 500

export const pairCommand = command({
  name: 'pair',
  summary: 'lets a phone or another browser in as a device of the account',
  examples: [
    ['pair', 'shows a QR code and a code to type, then the device that asks, and lets it in when you agree'],
    ['pair --json', 'opens a pairing for a program; it is confirmed on the page'],
  ],
  more: 'The device shows a number. Agree only where the same number stands here: it is made from the device’s keys.',
  async run({ context }) {
    const { terminal, signal } = context
    const config = context.config()
    await using node = await runningNode(config, context.account)
    if (!node)
      throw new VivimError('unavailable', `No node runs on ${config.dataDirectory}, so no phone can reach it: “vivim serve”.`)
    const opened = await node.call('pairings.create', {}, signal)
    const { addresses } = await node.call('pairings.list', {}, signal)
    const [address = ''] = addresses
    const link = `${address}${opened.link ?? ''}`
    if (terminal.json) {
      terminal.printJson({ pairing: opened.pairing, link, code: opened.code, expiresAt: opened.expiresAt, addresses })
      return 0
    }
    show(terminal, opened, link, address)
    if (!terminal.interactive) {
      terminal.say('Confirm it on the page, under Settings → Devices: nobody can be asked here.')
      return 0
    }
    let claimed: Pairing
    try {
      claimed = await claimedBy(node, opened.pairing, signal)
    } catch (error) {
      // Nobody looks at the code any more.
      await node.call('pairings.cancel', { pairing: opened.pairing }).catch(() => {})
      throw error
    }
    return await decide(terminal, node, claimed, signal)
  },
})

function show(terminal: Terminal, { code, expiresAt }: Pairing, link: string, address: string): void {
  if (terminal.shown) terminal.print(encodeQR(link, 'ascii', { ecc: 'low', border: 2 }))
  terminal.print(link)
  if (code) terminal.say(`Without a camera: open ${address} there, choose “Pair this browser”, and type ${showCode(code)}`)
  terminal.say(`Works once, until ${moment(expiresAt)}.`)
  if (/^https?:\/\/(localhost|127\.|\[::1\])/.test(address))
    terminal.say('The node can be reached from this machine only. “vivim tls setup” opens it to your network.')
}

async function claimedBy(node: NodeClient, id: string, signal: AbortSignal): Promise<Pairing> {
  for (;;) {
    const { items } = await node.call('pairings.list', {}, signal)
    const found = items.find(({ pairing }) => pairing === id)
    if (!found) throw new VivimError('pairing-invalid', 'The time is over, or it was closed or confirmed elsewhere.')
    if (found.device) return found
    await pause(pace, undefined, { signal }).catch(() => {
      throw new VivimError('cancelled')
    })
  }
}

async function decide(terminal: Terminal, node: NodeClient, { pairing, device }: Pairing, signal: AbortSignal): Promise<0 | 1> {
  if (!device) throw new VivimError('internal')
  terminal.say(`\n“${oneLine(device.name)}” asks to be let in. It must show this number: ${terminal.bold(device.fingerprint)}`)
  const answer = await terminal.ask('Does it show the same number? [y/N] ', signal)
  if (!/^y(es)?$/i.test(answer.trim())) {
    await node.call('pairings.cancel', { pairing }, signal).catch((error: unknown) => {
      if (!isVivimError(error, 'not-found')) throw error
    })
    terminal.say('Refused. Nothing was let in.')
    return 1
  }
  let full = false
  if (mayBeFull(device.kind)) {
    terminal.say('It is a node: it holds and changes the library. It can also be let to let devices in and throw them out,')
    terminal.say('so that phones are paired at it too. Agree only for a machine that you guard as well as this one.')
    full = /^y(es)?$/i.test((await terminal.ask('Shall it let devices in? [y/N] ', signal)).trim())
  }
  const { device: made } = await node.call('pairings.confirm', { pairing, fingerprint: device.fingerprint, full }, signal)
  terminal.say(`“${oneLine(made.name)}” is one of your devices now.`)
  return 0
}
