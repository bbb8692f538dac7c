import { describe, expect, it } from 'vitest'
import { isVivimError } from '../contract/errors.ts'
import { archiveOf } from '../library/export-archive.ts'
import { folderEntries } from './folder-upload.ts'
import { memoryAccess } from './reading/access.ts'
import { defaultLimits } from './reading/limits.ts'
import { openZip } from './reading/zip.ts'

async function* filesOf(...given: (string | [string, string])[]) {
  for (const one of given) {
    const [name, text] = typeof one === 'string' ? [one, `in ${one}`] : one
    yield {
      name,
      bytes: (async function* () {
        yield Buffer.from(text)
      })(),
    }
  }
}
async function packed(files: AsyncIterable<{ name: string; bytes: AsyncIterable<Uint8Array> }>, limits = defaultLimits) {
  const pieces: Uint8Array[] = []
  for await (const piece of archiveOf(folderEntries('chosen', files, limits))) pieces.push(piece)
  const found: Record<string, string> = {}
  for (const file of await openZip(memoryAccess(Buffer.concat(pieces)), 'chosen'))
    found[file.path] = Buffer.from(await file.bytes(1e6)).toString()
  return found
}

describe('a folder that comes in file by file', () => {
  it('is packed with its paths, as they were', async () => {
    const names = ['projects/-home-me/a.jsonl', 'projects/-home-me/b.jsonl', 'projects/ü/日本.jsonl']
    expect(await packed(filesOf(...names, ['projects/empty', '']))).toEqual({
      ...Object.fromEntries(names.map((name) => [name, `in ${name}`])),
      'projects/empty': '',
    })
  })

  it('loses what a folder of this machine would lose, but never for the name of the chosen folder', async () => {
    const kept = ['.lmstudio/a.json', '.claude/.deep/b.jsonl', 'home/.codex/c.jsonl', 'd.json']
    const names = [...kept, '.lmstudio/.hidden/e.json', '.dotted', 'home/.ssh/id', 'home/.DS_Store', '__MACOSX/f']
    expect(Object.keys(await packed(filesOf(...names)))).toEqual(kept)
  })

  it.each(['../a', 'a/../../b', '/etc/passwd', 'C:\\a', 'a\\b', 'a\0b', '', 'a/', '.'])('refuses the name %j', async (name) => {
    await expect(packed(filesOf('fine', name))).rejects.toSatisfy((error) => isVivimError(error, 'import-unsafe-name'))
  })

  it('refuses two files of one name, too many, and none', async () => {
    await expect(packed(filesOf('a/b', 'a//./b'))).rejects.toSatisfy((error) => isVivimError(error, 'import-unsafe-name'))
    await expect(packed(filesOf('a', 'b', 'c'), { ...defaultLimits, entries: 2 })).rejects.toSatisfy((error) =>
      isVivimError(error, 'import-bomb'),
    )
    await expect(packed(filesOf())).rejects.toSatisfy((error) => isVivimError(error, 'import-empty'))
  })
})
