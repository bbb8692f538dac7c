/**
 * The interface's built page. Its files' names hold hashes, so they are kept for ever; the page itself never.
 * Invariant: only regular files below `directory` are served, by names whose every part is plain.
 */
import { constants, open } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { FastifyReply } from 'fastify'
import { VivimError } from '../contract/errors.ts'
import { pageHeadersOf } from '../contract/page-policy.ts'

const plainPath = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}){1,6}$/
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
}

/** Answers `path` with a file, or with the page itself where the path names no file: the page finds its way by it. */
export async function sendPage(reply: FastifyReply, directory: string | undefined, path: string): Promise<FastifyReply> {
  if (!directory) throw new VivimError('not-found')
  const extension = extname(path)
  const name = extension === '' ? '/index.html' : path
  const type = types[extname(name)]
  if (!type || !plainPath.test(name)) throw new VivimError('not-found')
  const bytes = await readPlain(join(directory, ...name.split('/')))
  if (!bytes) throw new VivimError('not-found')
  const kept = name.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-store'
  return reply.headers({ ...pageHeadersOf(name), 'cache-control': kept, 'content-type': type }).send(bytes)
}

async function readPlain(path: string): Promise<Uint8Array | undefined> {
  try {
    // O_NOFOLLOW does not exist on Windows.
    await using file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
    return (await file.stat()).isFile() ? await file.readFile() : undefined
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR'].includes(String(error.code)))
      return undefined
    throw error
  }
}
