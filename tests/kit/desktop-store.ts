/** What is in the desktop app's store before it starts, and whether somebody still holds the store. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Place } from '../electron/launched.ts'

const program = join(import.meta.dirname, '../../out/node/vivim.js')

/** Imports an export into the store of an app that does not run. */
export async function importInto({ data, passphraseFile, folder }: Place, path: string): Promise<void> {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [program, 'import', path, '--data', data, '--passphrase-file', passphraseFile], {
    env: { PATH, HOME: folder, XDG_RUNTIME_DIR: join(folder, 'run') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
  const [code] = await once(child, 'close')
  // 3: some of the export could not be read, as in every one that is made for tests.
  if (code !== 0 && code !== 3) throw new Error(`The import ended with ${code}:\n${output}`)
}

/** Whether a node says that it runs on this store. */
export const storeRuns = ({ data }: Pick<Place, 'data'>): boolean => existsSync(join(data, 'running'))
