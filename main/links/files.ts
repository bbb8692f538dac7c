/**
 * Exports that a person dropped, chose or opened with the app. The node opens them by their paths, so that a big one goes
 * through no window and not through main. A page cannot name a path: the preload looks them up of files that the person
 * gave the page, and dialogues and the system give them to main.
 */
import { BrowserWindow, dialog } from 'electron'
import { VivimError } from '../../node-core/contract/errors.ts'
import type { Words } from '../messages/index.ts'
import type { ShellHandlers } from '../shell/answer.ts'
import { createOpener, type OpeningNode } from './opener.ts'
import { groupPaths } from './paths.ts'

export interface Files {
  readonly handlers: Pick<ShellHandlers<{ sender: Electron.WebContents }>, 'files.open' | 'files.choose'>
  /** Imports what the system handed over; answers the errors of those that could not be begun. */
  open(paths: readonly string[]): Promise<VivimError[]>
}

export function createFiles({ node, words }: { node: OpeningNode; words: () => Words }): Files {
  const opener = createOpener(node)
  return {
    handlers: {
      'files.open': async ({ paths }) => ({ import: await opener(paths) }),
      'files.choose': async ({ kind }, { sender }) => {
        const window = BrowserWindow.fromWebContents(sender)
        if (!window) throw new VivimError('forbidden')
        const many = ['multiSelections'] as const
        const { filePaths } = await dialog.showOpenDialog(
          window,
          kind === 'folder'
            ? { title: words()('files.folder'), properties: ['openDirectory', ...many, 'showHiddenFiles'] }
            : { title: words()('files.files'), properties: ['openFile', ...many] },
        )
        return { imports: await Promise.all(groupPaths(filePaths).map(opener)) }
      },
    },
    async open(paths) {
      const ends = await Promise.allSettled(groupPaths(paths).map(opener))
      return ends.flatMap((end) => (end.status === 'rejected' ? [asError(end.reason)] : []))
    },
  }
}

const asError = (error: unknown): VivimError => (error instanceof VivimError ? error : new VivimError('internal'))
