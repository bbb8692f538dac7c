/** What a file of a watched folder is, by its beginning. */
import { VivimError } from '../../contract/errors.ts'
import { dirName, headText } from '../formats/detect.ts'
import { lineShapes } from '../formats/heads.ts'
import { detectFormat } from '../formats/index.ts'
import { defaultLimits } from '../reading/limits.ts'
import { openSource } from '../reading/source.ts'
import type { Spool } from '../reading/spool.ts'
import { isLooseAgent } from './rules.ts'
import type { Recognised } from './take.ts'

/** An archive with more in it is none that a watched folder imports. */
const limits = { ...defaultLimits, entries: 100_000, depth: 1 }
/** Nothing is unpacked only to see what it is. */
const none: Spool = {
  create: () => Promise.reject(new VivimError('import-unknown-format')),
}

/** Null where it is nothing known, cannot be read, or is gone. `path`: from the folder on. */
export async function recogniseFile(folder: string, path: string): Promise<Recognised> {
  try {
    await using source = await openSource([{ kind: 'files', folder, paths: [path] }], none, limits)
    const { name } = await detectFormat(source)
    const [file] = source.files
    if (!file || !isLooseAgent(path)) return { format: name }
    const session = lineShapes(await headText(file), 1)[0]?.get('sessionId')
    return { format: name, session: session && dirName(path) + session }
  } catch {
    return null
  }
}
