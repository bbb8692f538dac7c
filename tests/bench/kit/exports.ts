/** Generated exports, kept in the system's temporary folder by seed and size. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { say } from './figures.ts'

const root = join(import.meta.dirname, '../../..')
/** Where benchmarks keep what takes long to make. */
export const benchFolder = join(tmpdir(), 'vivim-bench')
/** The generator's mean. */
const messagesPerConversation = 16.83

export interface GeneratedExport {
  path: string
  conversations: number
  messages: number
}
const truth = z.object({ conversations: z.number(), messages: z.number() })

export const conversationsFor = (messages: number): number => Math.max(1, Math.ceil(messages / messagesPerConversation))

/** One bare conversations.json in ChatGPT's form, of so many conversations or about so many messages (some 825 bytes each). */
export async function generatedExport(size: number | { conversations: number }, seed: number): Promise<GeneratedExport> {
  const conversations = typeof size === 'number' ? conversationsFor(size) : size.conversations
  const path = join(benchFolder, `chatgpt-${conversations}-${seed}.json`)
  await mkdir(benchFolder, { recursive: true, mode: 0o700 })
  if (!(await exists(path))) {
    say(`Generating ${conversations} conversations …`)
    const fresh = join(benchFolder, `fresh-${process.pid}.json`)
    const args = ['--format', 'chatgpt-json', '--conversations', String(conversations), '--seed', String(seed), '--out', fresh]
    const child = spawn(process.execPath, [join(root, 'tests/kit/make-export.mjs'), ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const [code] = await once(child, 'exit')
    if (code !== 0) throw new Error(`The generator ended with ${code}.`)
    await rename(`${fresh}.truth.json`, `${path}.truth.json`)
    await rename(fresh, path)
    await rm(`${fresh}.truth.json`, { force: true })
  }
  return { path, ...(await readCounts(path)) }
}

/** What the file beside an export says that it holds. */
export const readCounts = async (path: string): Promise<z.output<typeof truth>> =>
  truth.parse(JSON.parse(await readFile(`${path}.truth.json`, 'utf8')))

export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
