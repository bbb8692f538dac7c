/** Which of the files that came together are one import. Pure. */
import { basename } from 'node:path'

/** Says that several archives are one export in parts. */
const partsManifest = /^manifest-.*\.json$/i

/** Each alone, unless one of them says that together they are one export. */
export const groupPaths = (paths: readonly string[]): string[][] =>
  paths.length > 1 && paths.some((path) => partsManifest.test(basename(path))) ? [[...paths]] : paths.map((path) => [path])
