/** Exports as files, made by `make-export.mjs`, with the truth about them and words that surely stand in them. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openPath, type Truth } from './exports.ts'

const generator = fileURLToPath(new URL('make-export.mjs', import.meta.url))

/** Every format of the generator, with the ending of its files. */
export const exportFormats = {
  'chatgpt': 'zip',
  'chatgpt-sharded': 'zip',
  'chatgpt-json': 'json',
  'chatgpt-nested': 'zip',
  'claude': 'zip',
  'claude-parts': 'dir',
  'gemini': 'zip',
  'gemini-html': 'zip',
  'claude-code': 'zip',
  'codex': 'zip',
  'openwebui': 'json',
  'librechat': 'zip',
  'deepseek': 'zip',
  'grok': 'zip',
  'copilot': 'csv',
  'lechat': 'zip',
  'lmstudio': 'zip',
  'jan': 'zip',
} as const
export type ExportFormat = keyof typeof exportFormats

export interface Written {
  readonly path: string
  readonly truth: Truth
}

/** Writes an export into `folder`; equal arguments give equal bytes. */
export function writeExport(
  folder: string,
  format: ExportFormat,
  { seed, conversations, revise = false }: { seed: number; conversations: number; revise?: boolean },
): Written {
  const path = join(folder, `${format}-${seed}${revise ? '-later' : ''}.${exportFormats[format]}`)
  const words = ['--format', format, '--conversations', `${conversations}`, '--seed', `${seed}`, '--out', path]
  const run = spawnSync(process.execPath, [generator, ...words, ...(revise ? ['--revise'] : [])])
  if (run.status !== 0) throw new Error(run.stderr.toString())
  return { path, truth: JSON.parse(readFileSync(`${path}.truth.json`, 'utf8')) }
}

/** Seven words that follow each other somewhere in the middle of the export: longer than any title, so of a message. */
export async function phraseIn(path: string): Promise<string> {
  const phrases: string[] = []
  for (const file of await openPath(path, '')) {
    const text = Buffer.from(await file.bytes(2 ** 30)).toString()
    for (const [phrase] of text.matchAll(/\b[a-z]+(?: [a-z]+){6}\b/g)) phrases.push(phrase)
  }
  const phrase = phrases[phrases.length >> 1]
  if (phrase === undefined) throw new Error(`no phrase in ${path}`)
  return phrase
}

const vocabulary = readFileSync(generator, 'utf8')
/** Long words of the export that are of no language, each once, spread over it. */
export async function wordsIn(path: string): Promise<string[]> {
  const words = new Set<string>()
  for (const file of await openPath(path, '')) {
    const text = Buffer.from(await file.bytes(2 ** 30)).toString()
    for (const [word] of text.matchAll(/\b[a-z]{10,}\b/g)) if (!vocabulary.includes(word)) words.add(word)
  }
  const all = [...words]
  return all.filter((_, index) => index % Math.max(1, Math.floor(all.length / 300)) === 0)
}
