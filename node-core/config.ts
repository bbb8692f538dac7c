/** The node's configuration: the only reader of the environment. One typed, validated object; the rest of the code gets parts of it. */
import { readFileSync, statSync } from 'node:fs'
import { homedir, hostname, tmpdir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { z } from 'zod'
import { VivimError } from './contract/errors.ts'
import { isAddressRange } from './http/proxies.ts'

/** A whole number, also as words of a command line have it. */
const whole = (least: number, most: number) =>
  z.union([
    z.int().min(least).max(most),
    z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number)
      .pipe(z.int().min(least).max(most)),
  ])
/** An address or a name, with or without a port; never a whole URL. */
const hostText = z.string().regex(/^[^\s/@?#,“”"']{1,255}$/)
/** Where others reach the node: scheme and name, nothing behind it. */
const originText = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))
  .transform((text) => new URL(text))
  .refine((url) => url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password)
  .transform((url) => url.origin)
const most = Number.MAX_SAFE_INTEGER

/** What a person can set, in `<data>/config.json` (by `vivim config`) or by an option of the same name. */
export const settings = z.strictObject({
  host: hostText.default('127.0.0.1').describe('Address to listen on.'),
  port: whole(0, 65_535).default(4747).describe('Port to listen on; 0: any that is free.'),
  names: z.array(hostText).default([]).describe('Further host names that the node answers to (a proxy’s).'),
  publicUrl: originText.optional().describe('The address by which others reach the node, behind a proxy or a tunnel.'),
  tlsCert: z.string().min(1).optional().describe('File of the certificate (PEM), which is read anew when it changes.'),
  tlsKey: z.string().min(1).optional().describe('File of its key (PEM).'),
  localTls: z
    .boolean()
    .default(false)
    .describe('Encrypts the local network by an authority of the node’s own (vivim tls setup).'),
  trustedProxies: z
    .array(z.string().refine(isAddressRange))
    .default([])
    .describe('Addresses of proxies whose X-Forwarded headers count.'),
  metricsToken: z.string().min(16).optional().describe('Lets /metrics be read from other machines with this bearer token.'),
  uploadLimit: whole(1, most)
    .default(64 * 1024 ** 3)
    .describe('Bytes of an uploaded export.'),
  deviceName: z.string().min(1).max(200).optional().describe('What this node is called on other devices.'),
  logRequests: z.boolean().default(false).describe('Log every request (never its content).'),
})
export type Settings = z.output<typeof settings>

/** What each takes, for people: goes on from “takes”. */
export const settingTakes: Readonly<Record<keyof Settings, string>> = {
  host: 'an address of this machine, like 127.0.0.1',
  port: 'a whole number from 0 to 65535',
  names: 'host names, like vivim.example.org or 192.168.1.5:4747',
  publicUrl: 'an address without a path, like https://vivim.example.org',
  tlsCert: 'the name of a file',
  tlsKey: 'the name of a file',
  localTls: 'true or false',
  trustedProxies: 'addresses or ranges, like 10.0.0.1 or 10.0.0.0/8',
  metricsToken: 'a token of at least 16 characters',
  uploadLimit: 'a whole number of bytes from 1',
  deviceName: 'a name of 1 to 200 characters',
  logRequests: 'true or false',
}
/** Never on the command line, which every user of the machine can read, and never said back. */
export const secretSettings: ReadonlySet<string> = new Set<keyof Settings>(['metricsToken'])

/** What is wrong with a setting, as a sentence; undefined where nothing is. */
export function settingFault(key: string, value: unknown): string | undefined {
  const known = Object.keys(settings.shape).find((one): one is keyof Settings => one === key)
  if (!known) return `There is no setting “${key.slice(0, 40)}”; there are: ${Object.keys(settings.shape).join(', ')}.`
  if (settings.shape[known].safeParse(value).success) return undefined
  const given = secretSettings.has(key)
    ? ''
    : `, not “${(typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 60)}”`
  return `${key} takes ${settingTakes[known]}${given}.`
}

export interface Config extends Settings {
  readonly dataDirectory: string
  /** For sockets whose path would be too long in the data directory. */
  readonly shortDirectory: string
  /** For a generated passphrase: apart from the data. */
  readonly configDirectory: string
  readonly platform: NodeJS.Platform
  /** systemd's credentials, where it gives any. */
  readonly credentialsDirectory: string | undefined
  readonly deviceName: string
  readonly deviceKind: 'desktop' | 'server'
  readonly version: string
  /** Where programs of this machine keep what could be imported. */
  readonly places: Places
}
export interface Places {
  /** Sessions of Claude Code and of Codex. */
  readonly claudeCode: string
  readonly codex: string
  readonly downloads: string
}

export type Environment = Readonly<Record<string, string | undefined>>

/** Options given by name win over the file, the file over the defaults. Error: `bad-request` that names the setting and what it takes. */
export function readConfig(
  options: Partial<Record<keyof Settings, unknown>> & { data?: string; desktop?: boolean; version?: string },
  env: Environment = process.env,
  platform = process.platform,
): Config {
  const { data, desktop, version, ...given } = options
  const dataDirectory = dataDirectoryOf(data, env, platform)
  if (statSync(dataDirectory, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new VivimError('bad-request', `The data directory must be a directory, and “${dataDirectory}” is none.`)
  const wished = dropUndefined(given)
  const kept = readSettings(dataDirectory)
  for (const [key, value] of Object.entries({ ...kept, ...wished })) {
    const fault = settingFault(key, value)
    if (fault)
      throw new VivimError('bad-request', Object.hasOwn(wished, key) ? fault : `In ${settingsFile(dataDirectory)}: ${fault}`)
  }
  const parsed = settings.parse({ ...kept, ...wished })
  if ((parsed.tlsCert === undefined) !== (parsed.tlsKey === undefined))
    throw new VivimError('bad-request', 'A certificate needs its key: give both tlsCert and tlsKey, or neither.')
  return {
    ...parsed,
    dataDirectory,
    shortDirectory: env.XDG_RUNTIME_DIR && isAbsolute(env.XDG_RUNTIME_DIR) ? env.XDG_RUNTIME_DIR : tmpdir(),
    configDirectory: configDirectory(env, platform),
    platform,
    credentialsDirectory: env.CREDENTIALS_DIRECTORY,
    deviceName: parsed.deviceName ?? hostname(),
    deviceKind: desktop ? 'desktop' : 'server',
    version: version ?? '0.1.0',
    places: placesIn(env),
  }
}

/** As the programs themselves find them. */
function placesIn(env: Environment): Places {
  const home = homedir()
  return {
    claudeCode: join(absolute(env.CLAUDE_CONFIG_DIR) ?? join(home, '.claude'), 'projects'),
    codex: join(absolute(env.CODEX_HOME) ?? join(home, '.codex'), 'sessions'),
    downloads: absolute(env.XDG_DOWNLOAD_DIR) ?? userDownloads(env, home) ?? join(home, 'Downloads'),
  }
}
/** The folder by its name in the person's own language, where the desktop keeps one. */
function userDownloads(env: Environment, home: string): string | undefined {
  try {
    const text = readFileSync(join(absolute(env.XDG_CONFIG_HOME) ?? join(home, '.config'), 'user-dirs.dirs'), 'utf8')
    const named = /^XDG_DOWNLOAD_DIR="([^"]+)"$/m.exec(text)?.[1]
    return absolute(named?.replace(/^\$HOME(?=\/)/, () => home))
  } catch {
    return undefined
  }
}
const absolute = (path: string | undefined): string | undefined => (path && isAbsolute(path) ? path : undefined)

/** Where the data is: as given, else as the environment says, else by the platform's convention. */
export const dataDirectoryOf = (data: string | undefined, env: Environment = process.env, platform = process.platform): string =>
  resolve(data ?? env.VIVIM_DATA ?? defaultData(env, platform))

/** What the settings file holds; nothing where there is none. Error: `bad-request`. */
export function readSettings(dataDirectory: string): Record<string, unknown> {
  let text: string
  try {
    text = readFileSync(settingsFile(dataDirectory), 'utf8')
  } catch {
    return {}
  }
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text))
  } catch (cause) {
    throw new VivimError('bad-request', `${settingsFile(dataDirectory)} is not a JSON object.`, { cause })
  }
}
export const settingsFile = (dataDirectory: string): string => join(dataDirectory, 'config.json')

/** The platform's convention for data. */
function defaultData(env: Environment, platform: NodeJS.Platform): string {
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'vivim')
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'vivim')
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'vivim')
}
function configDirectory(env: Environment, platform: NodeJS.Platform): string {
  if (platform === 'darwin') return join(homedir(), 'Library', 'Preferences', 'vivim')
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'vivim')
  return join(env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'vivim')
}
const dropUndefined = (all: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
