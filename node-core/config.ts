/** The node's configuration: the only reader of the environment. One typed, validated object; the rest of the code gets parts of it. */
import { readFileSync } from 'node:fs'
import { homedir, hostname, tmpdir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { z } from 'zod'
import { VivimError } from './contract/errors.ts'

/** What a person can set, in `<data>/config.json` (by `vivim config`) or by an option of the same name. */
export const settings = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  port: z.coerce.number().int().min(0).max(65535).default(4747).describe('Port to listen on; 0: any that is free.'),
  names: z.array(z.string().min(1)).default([]).describe('Further host names that the node answers to (a proxy’s).'),
  metricsToken: z.string().min(16).optional().describe('Lets /metrics be read from other machines with this bearer token.'),
  uploadLimit: z.coerce
    .number()
    .int()
    .min(1)
    .default(64 * 1024 ** 3)
    .describe('Bytes of an uploaded export.'),
  deviceName: z.string().min(1).max(200).optional().describe('What this node is called on other devices.'),
  logRequests: z.boolean().default(false).describe('Log every request (never its content).'),
})
export type Settings = z.output<typeof settings>

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
}

export type Environment = Readonly<Record<string, string | undefined>>

/** Options given by name win over the file, the file over the defaults. Error: `bad-request` that names the setting. */
export function readConfig(
  options: Partial<Record<keyof Settings, unknown>> & { data?: string; desktop?: boolean; version?: string },
  env: Environment = process.env,
  platform = process.platform,
): Config {
  const { data, desktop, version, ...given } = options
  const dataDirectory = resolve(data ?? env.VIVIM_DATA ?? defaultData(env, platform))
  const parsed = settings.safeParse({ ...readSettings(dataDirectory), ...dropUndefined(given) })
  if (!parsed.success)
    throw new VivimError(
      'bad-request',
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
    )
  return {
    ...parsed.data,
    dataDirectory,
    shortDirectory: env.XDG_RUNTIME_DIR && isAbsolute(env.XDG_RUNTIME_DIR) ? env.XDG_RUNTIME_DIR : tmpdir(),
    configDirectory: configDirectory(env, platform),
    platform,
    credentialsDirectory: env.CREDENTIALS_DIRECTORY,
    deviceName: parsed.data.deviceName ?? hostname(),
    deviceKind: desktop ? 'desktop' : 'server',
    version: version ?? '0.1.0',
  }
}

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
    throw new VivimError('bad-request', 'config.json in the data directory is not JSON.', { cause })
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
