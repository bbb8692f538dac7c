/** What lies around the program that was started, in the repository as in an installation. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** The built page: beside the built node, or in `out/` when the node runs from source. */
export const findPage = (folder: string): string | undefined =>
  [join(folder, '../renderer'), join(folder, '../../out/renderer')].find((page) => existsSync(join(page, 'index.html')))

/** The product's version, as its manifest says. */
export const findVersion = (folder: string): string =>
  z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(folder, '../../package.json'), 'utf8'))).version
