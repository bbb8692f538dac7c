import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diskError, makeFolder, replaceFile } from './durable-file.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vivim-durable-'))
})
afterAll(async () => {
  await rm(root, { recursive: true })
})

describe('durable files', () => {
  it('are replaced whole, and nothing is left beside them', async () => {
    const folder = join(root, 'a', 'b')
    await makeFolder(folder)
    await makeFolder(folder)
    await replaceFile(join(folder, 'f'), Buffer.from('one'))
    await replaceFile(join(folder, 'f'), Buffer.from('two'))
    expect(await readFile(join(folder, 'f'), 'utf8')).toBe('two')
    expect(await readdir(folder)).toEqual(['f'])
  })

  it('keep the old content where the new cannot take its place', async () => {
    const folder = join(root, 'c')
    await makeFolder(join(folder, 'f', 'not empty'))
    await expect(replaceFile(join(folder, 'f'), Buffer.from('x'))).rejects.toThrow()
    expect((await stat(join(folder, 'f'))).isDirectory()).toBe(true)
    expect(await readdir(folder)).toEqual(['f'])
  })

  it('name a full disk as such, and no other error', () => {
    for (const code of ['ENOSPC', 'EDQUOT'])
      expect(diskError(Object.assign(new Error(code), { code }))).toMatchObject({ code: 'storage-full' })
    const other = Object.assign(new Error('EIO'), { code: 'EIO' })
    expect(diskError(other)).toBe(other)
  })
})
