/** `vivim serve`: runs the node until it is told to stop. */
import { once } from 'node:events'
import { isVivimError, VivimError } from '../../contract/errors.ts'
import { command, type ExitCode } from '../cli/arguments.ts'
import { openInBrowser } from '../cli/browser.ts'
import type { Context } from '../cli/context.ts'
import { takes } from '../cli/takes.ts'
import { readAddress, removeAddress, writeAddress } from '../client/address.ts'
import type { NodeClient } from '../client/client.ts'
import { runningNode } from '../client/connect.ts'
import { insideClient } from '../client/inside.ts'

export const serveCommand = command({
  name: 'serve',
  summary: 'runs the node and prints a sign-in link',
  options: {
    'host': { type: 'string', value: 'ADDRESS', takes: takes.host, summary: 'where to listen (127.0.0.1)' },
    'port': { type: 'string', value: 'N', takes: takes.port, summary: 'on which port (4747); 0: any that is free' },
    'public-name': {
      type: 'string',
      multiple: true,
      value: 'HOST',
      takes: takes.hostName,
      summary: 'a further name it answers to: a proxy’s',
    },
    'public-url': {
      type: 'string',
      value: 'URL',
      takes: takes.publicUrl,
      summary: 'the address by which others reach it: https://vivim.example.org',
    },
    'tls-cert': { type: 'string', value: 'FILE', takes: takes.file, summary: 'a certificate (PEM), read anew when it changes' },
    'tls-key': { type: 'string', value: 'FILE', takes: takes.file, summary: 'its key (PEM)' },
    'trusted-proxy': {
      type: 'string',
      multiple: true,
      value: 'ADDRESS',
      takes: takes.proxy,
      summary: 'a proxy whose X-Forwarded headers count',
    },
    'open': { type: 'boolean', summary: 'opens the link in the browser' },
    'generate-passphrase': {
      type: 'boolean',
      summary: 'makes and keeps a passphrase where there is neither a keychain nor a terminal',
    },
  },
  examples: [
    ['serve', 'on http://127.0.0.1:4747'],
    ['serve --open', 'and opens the page'],
    ['serve --port 0 --data /srv/vivim --passphrase-file /run/keys/vivim', 'on a server'],
    ['serve --public-url https://vivim.example.org --trusted-proxy 10.0.0.2', 'behind a proxy that ends TLS'],
    ['serve --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem', 'with a certificate of your own'],
  ],
  more: 'As a systemd service, LoadCredential=vivim-passphrase:FILE gives it the passphrase.',
  async run({ values, context }) {
    const { terminal, signal } = context
    const config = context.config({
      host: values.host,
      port: values.port,
      publicUrl: values['public-url'],
      tlsCert: values['tls-cert'],
      tlsKey: values['tls-key'],
      ...(values['trusted-proxy'].length > 0 ? { trustedProxies: values['trusted-proxy'] } : {}),
      ...(values['public-name'].length > 0 ? { names: values['public-name'] } : {}),
    })
    const running = await runningNode(config, context.account)
    if (running) return await alreadyRunning(context, running, config.dataDirectory, values.open)
    await using node = await context.open(config, { generate: values['generate-passphrase'] })
    const { url } = await node.listen()
    await writeAddress(config.dataDirectory, url)
    try {
      const link = url + node.link(context.account)
      if (terminal.json) terminal.printJson({ url, link })
      else {
        terminal.say(`Your node runs at ${url}. Ctrl-C stops it.`)
        for (const address of node.addresses.filter((one) => one !== url)) terminal.say(`  In your network: ${address}`)
        terminal.say('Sign in with this link; it works once, within five minutes (“vivim link” makes another):')
        terminal.print(link)
        await remindOfPhrase(context, insideClient(node, context.account))
      }
      if (values.open) await openInBrowser(link, terminal, signal)
      if (!signal.aborted) await once(signal, 'abort')
      terminal.say('Stopping …')
    } finally {
      await removeAddress(config.dataDirectory)
    }
    return 0
  },
})

async function alreadyRunning(
  { terminal, signal }: Context,
  node: NodeClient,
  dataDirectory: string,
  open: boolean,
): Promise<ExitCode> {
  const url = await readAddress(dataDirectory)
  if (terminal.json) throw new VivimError('store-locked', 'A node runs already; “vivim link” makes a sign-in link for it.')
  terminal.say(`A node runs on ${dataDirectory} already${url ? `, at ${url}` : ''}.`)
  if (!open || !url) {
    terminal.say('“vivim link” makes a sign-in link for it.')
    return 1
  }
  const { link } = await node.call('links.create', {}, signal)
  terminal.say('A fresh sign-in link:')
  terminal.print(url + link)
  await openInBrowser(url + link, terminal, signal)
  return 1
}

/** The words are the only way back in; until they were asked back, every start says so. */
async function remindOfPhrase({ terminal, signal }: Context, node: Pick<NodeClient, 'call'>): Promise<void> {
  try {
    const { phraseConfirmed } = await node.call('account.get', {}, signal)
    if (!phraseConfirmed) terminal.say('Write down the 24 words that bring everything back: “vivim account phrase” shows them.')
  } catch (error) {
    // Where there are several accounts none is meant.
    if (!isVivimError(error, 'bad-request')) throw error
  }
}
