/** Where a thread's code is: beside this file as source, or beside the bundle that this file went into. */
export type ThreadName = 'writer' | 'importer' | 'recogniser'

export const threadEntry = (name: ThreadName): URL =>
  new URL(import.meta.url.endsWith('.ts') ? `./${name}.ts` : `./${name}.js`, import.meta.url)
