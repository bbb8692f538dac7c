/** `vivim link`: another sign-in link of the running node. */
import { VivimError } from '../../contract/errors.ts'
import { command } from '../cli/arguments.ts'
import { openInBrowser } from '../cli/browser.ts'
import { moment } from '../cli/format.ts'
import { readAddress } from '../client/address.ts'
import { runningNode } from '../client/connect.ts'

export const linkCommand = command({
  name: 'link',
  summary: 'makes a sign-in link; it works once, within five minutes',
  options: { open: { type: 'boolean', summary: 'opens it in the browser' } },
  examples: [
    ['link', 'for another browser'],
    ['link --open', 'and opens it'],
  ],
  async run({ values, context }) {
    const { terminal, signal } = context
    const config = context.config()
    await using node = await runningNode(config, context.account)
    if (!node)
      throw new VivimError(
        'unavailable',
        `No node runs on ${config.dataDirectory}. “vivim serve” starts one and prints its link.`,
      )
    const { link: behind, expiresAt } = await node.call('links.create', {}, signal)
    const url = await readAddress(config.dataDirectory)
    const link = (url ?? '') + behind
    if (terminal.json) terminal.printJson({ link, expiresAt })
    else {
      terminal.print(link)
      terminal.say(`Works once, until ${moment(expiresAt)}.${url ? '' : ' Put it behind the node’s address.'}`)
    }
    if (values.open && url) await openInBrowser(link, terminal, signal)
    return 0
  },
})
