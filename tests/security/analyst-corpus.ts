/** What the analyst knows: every text, name and picture, and the export that holds them. */
import { seededRandom } from '../kit/clock.ts'
import { zipOf } from '../kit/zip.ts'

const random = seededRandom(4)
const pick = (most: number): number => Buffer.from(random(4)).readUInt32LE() % most
/** Skewed as people's choices are: the first is the most frequent by far. */
const skewed = <T>(from: readonly T[]): T => from[Math.min(pick(from.length), pick(from.length), pick(from.length))] as T
const named = (kind: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${kind} ${'abcdefghijklmnopqrstuvwxyz'[n]}${n}`)
export const models = named('model', 5)
export const projects = named('project', 6).map((name, n) => ({ uuid: `project-${n}`, name }))
export const tags = named('tag', 6)
export const vocabulary = Array.from({ length: 400 }, (_, n) => `word${n.toString(36)}x`)
const sentence = (words: number): string => Array.from({ length: words }, () => skewed(vocabulary)).join(' ')

export interface Known {
  uuid: string
  title: string
  model: string
  project: (typeof projects)[number]
  tag: string
  texts: string[]
  /** Which of a few pictures it shows, if any. */
  picture: number | undefined
}
export const corpus: Known[] = Array.from({ length: 240 }, (_, n) => ({
  uuid: `conversation-${n}`,
  title: sentence(3),
  model: skewed(models),
  project: skewed(projects),
  tag: skewed(tags),
  texts: Array.from({ length: 2 * (1 + pick(3)) }, () => sentence(20)),
  picture: n % 3 === 0 ? Math.min(pick(4), pick(4)) : undefined,
}))
// the same conversation word for word, and the same message again and again
for (const [n, known] of corpus.entries()) {
  if (n % 12 === 11) Object.assign(known, { ...corpus[3], uuid: known.uuid })
  else if (n % 5 === 4) known.texts[0] = 'the very same question as ever'
}
export const pictures = Array.from({ length: 4 }, (_, n) => Buffer.from(`\x89PNG\r\n\x1a\n the bytes of picture ${n}`, 'latin1'))

export const exported = () => {
  const mapping = (known: Known) => {
    const nodes: Record<string, unknown> = { root: { id: 'root', message: null, parent: null, children: [] } }
    for (const [n, text] of known.texts.entries()) {
      nodes[`m${n}`] = {
        id: `m${n}`,
        parent: n === 0 ? 'root' : `m${n - 1}`,
        children: [],
        message: {
          id: `m${n}`,
          author: { role: n % 2 === 0 ? 'user' : 'assistant', name: null, metadata: {} },
          create_time: 1_700_000_000 + n,
          content:
            n === 0 && known.picture !== undefined
              ? {
                  content_type: 'multimodal_text',
                  parts: [
                    { content_type: 'image_asset_pointer', asset_pointer: `sediment://file_${known.picture}`, size_bytes: 40 },
                    text,
                  ],
                }
              : { content_type: 'text', parts: [text] },
          metadata: n % 2 === 0 ? {} : { model_slug: known.model },
        },
      }
    }
    return nodes
  }
  return zipOf({
    'conversations.json': corpus.map((known) => ({
      id: known.uuid,
      conversation_id: known.uuid,
      title: known.title,
      // all at the same time: times must not tell them apart before anything else does
      create_time: 1_700_000_000,
      update_time: 1_700_000_900,
      mapping: mapping(known),
      current_node: `m${known.texts.length - 1}`,
      default_model_slug: known.model,
      gizmo_id: `g-p-${known.project.uuid}`,
    })),
    ...Object.fromEntries(pictures.map((bytes, n) => [`file_${n}.dat`, bytes])),
  })
}
