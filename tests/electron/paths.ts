/** Folders as Electron finds them from the command line and the environment. */
import { mkdirSync, readFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

const set = new Map<string, string>()
const script = process.argv[1] ?? ''

/** The app's folder: the one above its entry that has a manifest. */
export function appFolder(): string {
  for (let folder = dirname(resolve(script)); folder !== dirname(folder); folder = dirname(folder)) {
    if (manifestOf(folder)) return folder
  }
  return process.cwd()
}
const manifestOf = (folder: string): { name: string; version: string; productName?: string } | undefined => {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  } catch {
    return undefined
  }
}
export const manifest = () => manifestOf(appFolder()) ?? { name: 'app', version: '0.0.0' }

/** A folder by Electron's name for it. */
export function pathOf(name: string): string {
  const home = homedir()
  const { XDG_CONFIG_HOME, XDG_DOWNLOAD_DIR } = process.env
  const appData = XDG_CONFIG_HOME ?? join(home, '.config')
  const option = process.argv.find((argument) => argument.startsWith('--user-data-dir='))?.slice('--user-data-dir='.length)
  const known: Record<string, () => string> = {
    home: () => home,
    appData: () => appData,
    userData: () => option ?? join(appData, manifest().productName ?? manifest().name),
    sessionData: () => pathOf('userData'),
    temp: () => tmpdir(),
    exe: () => process.execPath,
    logs: () => join(pathOf('userData'), 'logs'),
    crashDumps: () => join(pathOf('userData'), 'Crashpad'),
    downloads: () => XDG_DOWNLOAD_DIR ?? join(home, 'Downloads'),
    documents: () => join(home, 'Documents'),
    desktop: () => join(home, 'Desktop'),
    pictures: () => join(home, 'Pictures'),
  }
  const found = set.get(name) ?? known[name]?.()
  if (found === undefined) throw new Error(`Failed to get '${name}' path`)
  return found
}
export const setPath = (name: string, path: string): void => void set.set(name, path)

/** The app's own folder; it is there. */
export function userData(): string {
  const folder = pathOf('userData')
  mkdirSync(folder, { recursive: true })
  return folder
}
