/** Exports of long conversations: each is several generated ones, the next going on where the one before ends. */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { benchFolder, exists, type GeneratedExport, generatedExport, readCounts } from './exports.ts'
import { say } from './figures.ts'

/** Generated conversations in each: some 85 messages. */
const together = 5
/** Conversations held in memory at once. */
const block = 2000

/** What is read of a conversation in ChatGPT's form. The file is the generator's own. */
interface Exported {
  mapping: Record<string, { parent: string | null; children: string[] }>
  current_node: string
}

/** One bare conversations.json in ChatGPT's form with so many conversations. */
export async function longExport(conversations: number, seed: number): Promise<GeneratedExport> {
  const path = join(benchFolder, `chatgpt-long-${conversations}-${seed}.json`)
  if (!(await exists(path))) {
    const fresh = join(benchFolder, `fresh-long-${process.pid}.json`)
    const out = createWriteStream(fresh, { mode: 0o600 })
    let messages = 0
    for (let from = 0; from < conversations; from += block) {
      const count = Math.min(block, conversations - from)
      const rows: Exported[][] = []
      for (let n = 0; n < together; n++) {
        const piece = await generatedExport({ conversations: count }, seed * 10_000 + (from / block) * together + n)
        rows.push(JSON.parse(await readFile(piece.path, 'utf8')))
        messages += piece.messages
        for (const file of [piece.path, `${piece.path}.truth.json`]) await rm(file)
      }
      for (let i = 0; i < count; i++) {
        const text = JSON.stringify(joined(rows.flatMap((row) => row[i] ?? [])))
        if (!out.write(`${from + i === 0 ? '[' : ','}\n${text}`)) await once(out, 'drain')
      }
      say(`Joined ${from + count} of ${conversations} conversations.`)
    }
    out.end(']\n')
    await once(out, 'close')
    await writeFile(`${path}.truth.json`, JSON.stringify({ conversations, messages }))
    await rename(fresh, path)
  }
  return { path, ...(await readCounts(path)) }
}

/** Hangs each conversation's roots under the end of the one before. */
function joined(pieces: readonly Exported[]): Exported {
  const [whole, ...rest] = pieces
  if (!whole) throw new RangeError('nothing to join')
  for (const { mapping, current_node } of rest) {
    const end = whole.mapping[whole.current_node]
    for (const [id, node] of Object.entries(mapping)) {
      if (node.parent === null) {
        node.parent = whole.current_node
        end?.children.push(id)
      }
      whole.mapping[id] = node
    }
    whole.current_node = current_node
  }
  return whole
}
