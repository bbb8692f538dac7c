/**
 * Notes as documents. What one of many small edits takes in the store once it is compacted, and how long it takes to open
 * it from a store that was just started; and updates a second from one who writes to ten who read, beside a Hocuspocus
 * server that keeps nothing on a disk.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import * as Y from 'yjs'
import { z } from 'zod'
import { chanceOf } from './kit/chance.ts'
import { benchFolder } from './kit/exports.ts'
import { median, printFigures, rounded, say } from './kit/figures.ts'
import { heard, openNotes, run, speechOfHocuspocus, speechOfNode } from './kit/live-clients.ts'
import { noteSize } from './kit/note-size.ts'
import { readOptions } from './kit/options.ts'
import { type Served, serve } from './kit/served.ts'
import { processorTime, quiet } from './kit/stored.ts'

const edits = 10_000
/** Edits that become one event: what somebody types in some ten seconds. */
const perEvent = 40
const readers = 10
/** Updates that are under way at most. */
const window = 512
/** A note that nobody has written on for so long is compacted; with some to spare. */
const rest = 65_000
const targets = { ratio: 1, open: 50, perEvent: 500, text: 3 }

const { size, seed, rounds } = readOptions({ size: 20_000, seed: 1, rounds: 5 })
const folder = await mkdtemp(join(benchFolder, 'doc-'))
const data = join(folder, 'data')
const chance = chanceOf(seed)
const words = ['bread ', 'rye ', 'and ', 'salt, ', 'a little ', 'warm ', 'water. ', '\n']

try {
  const { note, other } = await writtenNote()
  const restedFrom = performance.now() + rest
  const before = noteSize(data)
  const { ours, limit, processor } = await rates()
  await setTimeout(Math.max(0, restedFrom - performance.now()))
  await compacted()
  const store = noteSize(data)
  const { milliseconds, text } = await coldOpenings(note, other)
  const bytesOfText = Buffer.byteLength(text)
  const most = targets.text * bytesOfText + targets.perEvent * store.events
  const ratios = ours.map((rate, round) => rate / (limit[round] ?? Number.NaN))
  printFigures({
    name: 'doc',
    size,
    unit: 'updates/s',
    ours: median(ours),
    limit: median(limit),
    target: `median ratio of the rounds ≥ ${targets.ratio}; opened cold in ≤ ${targets.open} ms; ≤ ${targets.text}× its text + ${targets.perEvent} bytes an event`,
    ok: median(ratios) >= targets.ratio && median(milliseconds) <= targets.open && store.bytes <= most,
    details: {
      readers,
      ratios: ratios.map(rounded),
      processorMicroseconds: processor,
      open: { edits, milliseconds: milliseconds.map(rounded) },
      store: { text: bytesOfText, events: store.events, bytes: store.bytes, most, before: before.bytes },
    },
  })
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** Small edits by one device: mostly typed on, now and then elsewhere or taken out. */
function* edited(count: number): Generator<Uint8Array> {
  const doc = new Y.Doc()
  doc.clientID = seed
  const shared = doc.getText('note')
  const made: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => made.push(update))
  for (let n = 0, at = 0; n < count; n++) {
    if (chance() < 0.05) at = Math.floor(chance() * shared.length)
    if (chance() < 0.1 && shared.length > at + 3) shared.delete(at, 3)
    else {
      const word = words[Math.floor(chance() * words.length)] ?? ''
      shared.insert(at, word)
      at += word.length
    }
    yield* made.splice(0)
  }
}

/** A store with a note of many edits, each forty as one event, and another. */
async function writtenNote(): Promise<{ note: string; other: string }> {
  const node = await serve(folder)
  const other = await newNote(node)
  const note = await newNote(node)
  const speech = speechOfNode(node.origin, node.token, note)
  const socket = await speech.open()
  const written = [...edited(edits)]
  for (let at = 0; at < written.length; at += perEvent) {
    for (const update of written.slice(at, at + perEvent)) socket.send(speech.change(update))
    const saved = heard(socket, (message) => speech.isAnswer(message, at))
    socket.send(speech.save(at))
    await saved
  }
  socket.close()
  await once(socket, 'close')
  await node.stop()
  return { note, other }
}
async function newNote(node: Served): Promise<string> {
  const made = await node.local('POST', '/api/v1/notes', { text: '.' })
  return z.object({ id: z.string() }).parse(JSON.parse(made.body.toString())).id
}

/** Runs a node until it has made one part of the note, as it does by itself. */
async function compacted(): Promise<void> {
  const node = await serve(folder)
  for (let n = 0; !noteSize(data).compacted; n++) {
    if (n === 600) throw new Error('The note was not compacted in a minute.')
    await setTimeout(100)
  }
  await node.stop()
}

/** Opens the long note in nodes that were just started and have opened one other. */
async function coldOpenings(note: string, other: string): Promise<{ milliseconds: number[]; text: string }> {
  const milliseconds: number[] = []
  let text = ''
  for (let round = 0; round < rounds; round++) {
    const node = await serve(folder)
    await quiet(node)
    const notes = await openNotes(node.origin, node.token)
    textOf(await notes.open(other))
    const started = performance.now()
    text = textOf(await notes.open(note))
    milliseconds.push(performance.now() - started)
    notes.close()
    await node.stop()
  }
  return { milliseconds, text }
}
function textOf(updates: readonly Uint8Array[]): string {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  return doc.getText('note').toString()
}

/** Updates a second, in turns. */
async function rates() {
  const updates = [...edited(size)]
  const ours: number[] = []
  const limit: number[] = []
  const spent = { ours: [] as number[], limit: [] as number[] }
  const node = await serve(join(folder, 'live'))
  const peer = fork(join(import.meta.dirname, 'kit/hocuspocus.child.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [port] = (await once(peer, 'message')) as [number]
  const measure = async (pid: number, work: () => Promise<number>): Promise<[rate: number, microseconds: number]> => {
    const before = processorTime(pid)
    const milliseconds = await work()
    return [(updates.length * 1000) / milliseconds, ((processorTime(pid) - before) * 1e6) / updates.length]
  }
  for (let round = 0; round <= rounds; round++) {
    const id = await newNote(node)
    const [theirs, theirTime] = await measure(peer.pid ?? 0, () =>
      run(speechOfHocuspocus(port, `note-${round}`), updates, readers, window),
    )
    const [mine, myTime] = await measure(node.pid, () => run(speechOfNode(node.origin, node.token, id), updates, readers, window))
    say(`${Math.round(mine)} updates/s; Hocuspocus ${Math.round(theirs)}`)
    // the first round only lets both be compiled
    if (round === 0) continue
    ours.push(mine)
    limit.push(theirs)
    spent.ours.push(myTime)
    spent.limit.push(theirTime)
  }
  await node.stop()
  await ended(peer)
  return { ours, limit, processor: { ours: rounded(median(spent.ours)), limit: rounded(median(spent.limit)) } }
}
async function ended(child: ChildProcess): Promise<void> {
  const end = once(child, 'exit')
  child.disconnect()
  await end
}
