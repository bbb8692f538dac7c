import { expect, it } from 'vitest'
import { pickDropped, pickFiles, pickFolder } from './picking.ts'

const file = (name: string, webkitRelativePath = '') => Object.assign(new File(['x'], name), { webkitRelativePath })

it('makes every file an import of its own, unless they say that they are one in parts', () => {
  const several = pickFiles([file('a.zip'), file('b.json')])
  expect(several.map(({ name, folder, files }) => [name, folder, files.length])).toEqual([
    ['a.zip', false, 1],
    ['b.json', false, 1],
  ])
  const parts = pickFiles([file('data-1.zip'), file('manifest-2026.json'), file('data-2.zip')])
  expect(parts).toHaveLength(1)
  expect(parts[0]).toMatchObject({ folder: true, name: 'manifest-2026.json' })
  expect(parts[0]?.files).toHaveLength(3)
})

it('makes a folder one import, without what programs hide in it', () => {
  const [picked, ...others] = pickFolder([
    file('1.jsonl', 'home/.claude/projects/1.jsonl'),
    file('config', 'home/.git/config'),
    file('.DS_Store', 'home/.DS_Store'),
    file('2.jsonl', 'home/x/2.jsonl'),
  ])
  expect(others).toEqual([])
  expect(picked?.files.map(({ path }) => path)).toEqual(['home/.claude/projects/1.jsonl', 'home/x/2.jsonl'])
  // the chosen folder itself may be hidden: it was chosen
  expect(pickFolder([file('1.jsonl', '.hidden/1.jsonl')])[0]?.files).toHaveLength(1)
})

it('walks through dropped folders, in however many batches they come', async () => {
  interface Inside extends Array<string | Inside> {}
  type Node = string | Inside
  const entryOf = (node: Node): FileSystemEntry => {
    if (typeof node === 'string')
      return { name: node, isFile: true, isDirectory: false, file: (give: (file: File) => void) => give(file(node)) } as never
    const [name, ...inside] = node as [string, ...Node[]]
    const batches = [...inside.map((one) => [entryOf(one)]), []]
    const createReader = () => ({ readEntries: (give: (batch: FileSystemEntry[]) => void) => give(batches.shift() ?? []) })
    return { name, isFile: false, isDirectory: true, createReader } as never
  }
  const drop = (...nodes: Node[]) =>
    pickDropped({
      files: [],
      items: nodes.map((node) => ({ kind: 'file', webkitGetAsEntry: () => entryOf(node), getAsFile: () => null })),
    } as never)
  const picked = await drop('a.zip', ['projects', ['-home-me', '1.jsonl', '2.jsonl'], '3.jsonl', ['.git', 'config']], ['empty'])
  expect(picked.map(({ name, files }) => [name, files.map(({ path }) => path)])).toEqual([
    ['a.zip', ['a.zip']],
    ['projects', ['projects/-home-me/1.jsonl', 'projects/-home-me/2.jsonl', 'projects/3.jsonl']],
    ['empty', []],
  ])
})
