/** `vivim config`: the settings in the data directory's config.json. */
import { makeFolder, replaceFile } from '../../adapters/durable-file.ts'
import { readSettings, type Settings, secretSettings, settingFault, settings, settingsFile, settingTakes } from '../../config.ts'
import { VivimError } from '../../contract/errors.ts'
import { command } from '../cli/arguments.ts'
import { oneLine } from '../cli/format.ts'

type Key = keyof Settings
const keys = Object.keys(settings.shape).filter((key): key is Key => Object.hasOwn(settings.shape, key))

const get = command({
  name: 'config get',
  summary: 'shows the settings, or one of them',
  words: '[KEY]',
  most: 1,
  examples: [
    ['config get', 'all, with their meaning'],
    ['config get port', 'one'],
  ],
  async run({ words: [name], context }) {
    const { terminal } = context
    const config = context.config()
    if (name !== undefined) {
      const value = config[keyOf(name)]
      if (terminal.json) terminal.printJson(value ?? null)
      else terminal.print(textOf(value))
      return 0
    }
    const shown = keys.map((key) => [key, secretSettings.has(key) && config[key] !== undefined ? '(set)' : config[key]] as const)
    if (terminal.json) terminal.printJson(Object.fromEntries(shown))
    else
      for (const [key, value] of shown)
        terminal.print(
          `${terminal.bold(key.padEnd(13))} ${textOf(value).padEnd(16)} ${terminal.dim(settings.shape[key].description ?? '')}`,
        )
    return 0
  },
})

const set = command({
  name: 'config set',
  summary: 'changes a setting; a running node takes it at its next start',
  words: 'KEY [VALUE]',
  least: 1,
  most: 2,
  examples: [
    ['config set port 4800', ''],
    ['config set names vivim.example.org,192.168.1.5:4747', 'several, with commas'],
    ['config set metricsToken', 'asks for it, or reads the pipe'],
  ],
  async run({ words: [name = '', text], context }) {
    const key = keyOf(name)
    if (secretSettings.has(key) && text !== undefined)
      throw new VivimError(
        'bad-request',
        `${key} is a secret and does not belong on a command line; leave it out and it is asked for.`,
      )
    if (!secretSettings.has(key) && text === undefined)
      throw new VivimError('bad-request', `“vivim config set ${key}” takes ${settingTakes[key]}; nothing was given.`)
    const { terminal } = context
    const given =
      text ?? (terminal.interactive ? await terminal.askHidden(`${key}: `, context.signal) : await piped(terminal.streams.input))
    await change(context.dataDirectory, key, settingOf(key, given))
    if (!terminal.json) terminal.say('Set. A running node takes it at its next start.')
    else terminal.printJson({})
    return 0
  },
})

const unset = command({
  name: 'config unset',
  summary: 'goes back to a setting’s usual value',
  words: 'KEY',
  least: 1,
  examples: [['config unset port', '4747 again']],
  async run({ words: [name = ''], context }) {
    await change(context.dataDirectory, keyOf(name), undefined)
    if (context.terminal.json) context.terminal.printJson({})
    return 0
  },
})

function keyOf(name: string): Key {
  const key = keys.find((one) => one === name)
  if (!key) throw new VivimError('bad-request', `There is no setting “${name.slice(0, 40)}”; there are: ${keys.join(', ')}.`)
  return key
}

/** Text as the setting's own kind of value; what it must be is checked when it is written. */
function settingOf(key: Key, text: string): unknown {
  if (key === 'names' || key === 'trustedProxies')
    return text
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean)
  if (key === 'logRequests' || key === 'localTls') return text === 'true' ? true : text === 'false' ? false : text
  return text
}

const textOf = (value: unknown): string =>
  value === undefined ? '' : Array.isArray(value) ? value.map((one) => oneLine(String(one))).join(',') : oneLine(String(value))

/** Changes one and leaves the others as they are, be they good or not: that is how a bad one is put right. */
export async function change(dataDirectory: string, key: Key, value: unknown): Promise<void> {
  const fault = value === undefined ? undefined : settingFault(key, value)
  if (fault) throw new VivimError('bad-request', fault)
  const { [key]: _, ...others } = readSettings(dataDirectory)
  const kept = value === undefined ? others : { ...others, [key]: settings.shape[key].parse(value) }
  await makeFolder(dataDirectory)
  await replaceFile(settingsFile(dataDirectory), Buffer.from(`${JSON.stringify(kept, null, 2)}\n`))
}

async function piped(input: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of input) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString().trim()
}

export const configCommands = [get, set, unset]
