/**
 * Where the running node is reached by browsers: it writes its address beside its socket, so that the command line can
 * make whole links. Only meaningful while the socket answers.
 */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder, replaceFile } from '../../adapters/durable-file.ts'

const fileIn = (dataDirectory: string): string => join(dataDirectory, 'run', 'address')

export async function writeAddress(dataDirectory: string, url: string): Promise<void> {
  await makeFolder(join(dataDirectory, 'run'))
  await replaceFile(fileIn(dataDirectory), Buffer.from(`${url}\n`))
}

/** `http://127.0.0.1:4747`, or undefined where none is written. */
export async function readAddress(dataDirectory: string): Promise<string | undefined> {
  const text = await readFile(fileIn(dataDirectory), 'utf8').catch(() => '')
  return /^https?:\/\/[\w.:[\]-]+$/.test(text.trim()) ? text.trim() : undefined
}

export const removeAddress = (dataDirectory: string): Promise<void> => rm(fileIn(dataDirectory), { force: true })
