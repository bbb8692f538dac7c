/** What the system hands over: links, which a person agrees to before anything is done, and files, which are imported. */
import { dialog, type MessageBoxOptions } from 'electron'
import { toProblem } from '../../node-core/contract/errors.ts'
import type { Handed } from '../lifetime/handed.ts'
import type { Words } from '../messages/index.ts'
import type { Windows } from '../windows/windows.ts'
import type { Files } from './files.ts'
import { type Link, linkOf, pathOf } from './link.ts'

/** More questions than these at once are no person's wish. */
const most = 3

export function createLinks({
  windows,
  files,
  words,
}: {
  windows: Windows
  files: Files
  words: () => Words
}): (handed: Handed) => void {
  let asked = 0
  let before = Promise.resolve()

  const ask = (options: MessageBoxOptions) => dialog.showMessageBox(windows.show(), { noLink: true, ...options })
  const follow = async (text: string): Promise<void> => {
    const say = words()
    const link = linkOf(text)
    if (!link) {
      await ask({ type: 'warning', message: say('link.unknown'), detail: say('link.unknown.text'), buttons: [say('dialog.ok')] })
      return
    }
    const { response } = await ask({
      type: 'question',
      message: say('link.asks'),
      detail: detailOf(link, say),
      buttons: [say('dialog.cancel'), say(`link.${link.kind}.agree`)],
      defaultId: 0,
      cancelId: 0,
    })
    if (response !== 1) return
    const window = windows.show()
    if (link.kind === 'search') windows.tell(window, { type: 'search', words: link.words })
    else if (link.kind === 'pair') windows.tell(window, { type: 'pair', node: link.node, code: link.code ?? '' })
    else windows.tell(window, { type: 'go', path: pathOf(link) })
  }
  const bring = async (paths: readonly string[]): Promise<void> => {
    windows.show('/import')
    const failed = await files.open(paths)
    const say = words()
    if (failed[0])
      await ask({
        type: 'warning',
        message: say('files.failed', { count: failed.length }),
        detail: toProblem(failed[0]).detail ?? toProblem(failed[0]).title,
        buttons: [say('dialog.ok')],
      })
  }

  return ({ files: paths, links }) => {
    if (paths.length > 0) void bring(paths)
    for (const link of links) {
      if (asked >= most) return
      asked += 1
      before = before
        .then(() => follow(link))
        .catch(() => undefined)
        .finally(() => {
          asked -= 1
        })
    }
  }
}

function detailOf(link: Link, say: Words): string {
  switch (link.kind) {
    case 'open':
      return say('link.open')
    case 'search':
      return say('link.search', { words: link.words })
    case 'settings':
      return say('link.settings')
    case 'pair':
      return say('link.pair', { node: link.node })
  }
}
