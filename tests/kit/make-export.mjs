#!/usr/bin/env node
// The product's own test kit: run by the import tests (a child process), never shipped.
// Writes synthetic AI-chat exports in the shapes that the providers really use (see ../design/FORMATS.md),
// of any size, the same bytes for the same seed, and beside each a <name>.truth.json that says what a
// lossless import of it must count. Plain Node 20+, no dependencies.
//
//   make-export.mjs --format chatgpt --conversations 200 --seed 7 --out out/chatgpt.zip
//   make-export.mjs --all --conversations 20 --seed 1 --out out        (one file per format)
//   … --revise                     a later export of the same history: a fifth of the conversations went on, a few renamed
//
// formats: chatgpt chatgpt-sharded chatgpt-json claude gemini claude-code openwebui deepseek grok copilot lechat librechat
//          chatgpt-nested claude-parts (a folder) gemini-html codex lmstudio jan
import { mkdirSync, writeFileSync, createWriteStream, readFileSync, rmSync } from 'node:fs'
import { dirname, join, basename } from 'node:path'
import { createHash } from 'node:crypto'
import * as zlib from 'node:zlib'
import { once } from 'node:events'

const hash = (text) => createHash('md5').update(text).digest().readUInt32LE(0)
const REVISE = process.argv.includes('--revise')

// ---------- deterministic randomness ----------
function rng(seed) {
  let a = seed >>> 0
  const next = () => { a |= 0; a = (a + 0x6d2b79f5) | 0; let t = Math.imul(a ^ (a >>> 15), 1 | a); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) / 4294967296 }
  const int = (lo, hi) => lo + Math.floor(next() * (hi - lo + 1))
  const pick = (xs) => xs[int(0, xs.length - 1)]
  const chance = (p) => next() < p
  const uuid = () => { const h = Array.from({ length: 32 }, () => '0123456789abcdef'[int(0, 15)]); h[12] = '4'; h[16] = '89ab'[int(0, 3)]; return h.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') }
  return { next, int, pick, chance, uuid }
}

const WORDS = ('the of and to in is that for it as was with be by on not he his but at are this have from or had an they which one you were all her she there would their we him been has when who will no more if out so up said what its about than into them can only other time new some could these two may first then do any like my now over such our man me even most made after also did many off before must well back through years where much your way down should because long each just state people those too little good very make world still see own work men day get here old between both life being under three never know same last another while us might great go come since against right came take used himself few house American use place during without again home around small however found thought went say part once general high upon school every don does got united left number course war until always away something fact water though less public put thing almost hand enough far took head yet government system better set told nothing night end why called find going look asked later knew point next program city business give group toward young let days room president side social given present several order national second possible rather per face among form important often things looked early white case large need big four within felt along children saw best church ever least power development light thing seemed family interest want members mind country area others turned although open god service certain kind problem began different door thus help sense means whole matter database index replica federation gossip keychain circle policy kernel tensor gradient recipe sourdough itinerary Lisbon visa mortgage garden tomato trellis bicycle chain derailleur photosynthesis mitochondria inflation treaty sonnet fugue counterpoint goroutine borrow checker lifetime closure promise iterator regex lexer parser compiler linker allocator semaphore deadlock quorum lease epoch snapshot checkpoint rollback migration schema tokenizer embedding attention transformer quantization').split(' ')
// Natural text has a long tail: half of the words come from the list above, half from some 300,000 made-up ones by Zipf's law.
const SYLLABLES = 'ba be bi bo bra cal cen cor da del dis dro el en fa fen fir ga gel gor ha hel il in ja kal ken la lem lo ma mer mi mon na ne nor o pa pen per pla qua ra ren ri ro sa sel sol sta ta ten ti tor tra u va ven vi vor wa wen xi ya zan zel'.split(' ')
function rareWord(rank) { let w = '', x = rank + 7; while (x > 0) { w += SYLLABLES[x % SYLLABLES.length]; x = Math.floor(x / SYLLABLES.length) } return w + (rank % 3 === 0 ? 's' : rank % 7 === 0 ? 'ing' : '') }
const TAIL = 300_000, LOG_TAIL = Math.log(TAIL)
const word = (r) => (r.chance(0.5) ? r.pick(WORDS) : rareWord(Math.floor(Math.exp(r.next() * LOG_TAIL))))
const SCRIPTS = ['¿Cómo funciona esto exactamente?', 'これはどう動きますか。', 'كيف يعمل هذا؟', 'Привет, как это работает?', '这个怎么用？', '👩‍💻🔥🧵 done', 'naïve café — “quoted” … ½']
const CODE = {
  python: ['def total(xs):', '    return sum(x for x in xs if x is not None)', '', 'print(total([1, None, 3]))'],
  typescript: ['export async function load(id: string): Promise<Item | undefined> {', '  const row = await db.get(id)', '  return row && parse(row)', '}'],
  sql: ['SELECT owner, count(*) AS n', 'FROM events', 'GROUP BY owner', 'ORDER BY n DESC;'],
  bash: ['set -euo pipefail', 'find . -name "*.log" -mtime +7 -delete'],
}

function prose(r, sentences) {
  const out = []
  for (let s = 0; s < sentences; s++) {
    const n = r.int(5, 18)
    const ws = Array.from({ length: n }, () => word(r))
    ws[0] = ws[0][0].toUpperCase() + ws[0].slice(1)
    out.push(ws.join(' ') + r.pick(['.', '.', '.', '?', '!']))
  }
  if (r.chance(0.08)) out.push(r.pick(SCRIPTS))
  return out.join(' ')
}
function answer(r) {
  const parts = [prose(r, r.int(1, 4))]
  if (r.chance(0.35)) { const lang = r.pick(Object.keys(CODE)); parts.push('```' + lang + '\n' + CODE[lang].join('\n') + '\n```') }
  if (r.chance(0.3)) parts.push(Array.from({ length: r.int(2, 6) }, (_, i) => `${i + 1}. ${prose(r, 1)}`).join('\n'))
  if (r.chance(0.1)) parts.push('| a | b |\n|---|---|\n| 1 | 2 |')
  if (r.chance(0.08)) parts.push('$$\\int_0^1 x^2\\,dx = \\tfrac13$$')
  if (r.chance(0.5)) parts.push(prose(r, r.int(1, 5)))
  return parts.join('\n\n')
}
const title = (r) => { const t = Array.from({ length: r.int(2, 6) }, () => word(r)).join(' '); return t[0].toUpperCase() + t.slice(1) }

// ---------- a neutral conversation tree, from which every format is written ----------
// message: {id, parent, role, text, time, model?, kind: text|thinking|tool|hidden|image, branch: bool}
function tree(r, clock, { branches = true, extras = true } = {}) {
  const id = r.uuid(), messages = []
  let time = clock.t, parent = null
  const model = r.pick(['model-a', 'model-a-mini', 'model-b-thinking', 'model-c'])
  const push = (m) => { time += r.int(2, 90) + r.int(0, 999) / 1000; const x = { id: r.uuid(), parent, time, kind: 'text', branch: false, ...m }; messages.push(x); parent = x.id; return x }
  const turns = r.int(1, 12)
  if (extras && r.chance(0.5)) push({ role: 'system', text: '', kind: 'hidden' })
  for (let i = 0; i < turns; i++) {
    const u = push({ role: 'user', text: prose(r, r.int(1, 4)) })
    if (extras && r.chance(0.15)) push({ role: 'assistant', text: prose(r, 2), kind: 'thinking', model })
    if (extras && r.chance(0.12)) { push({ role: 'assistant', text: 'print(6*7)', kind: 'tool', model }); push({ role: 'tool', text: '42', kind: 'tool' }) }
    const a = push({ role: 'assistant', text: answer(r), model })
    if (branches && r.chance(0.12)) { // the user regenerated: an older sibling answer that is off the active path
      time += 1; messages.push({ id: r.uuid(), parent: a.parent, time, role: 'assistant', text: answer(r), model, kind: 'text', branch: true })
    }
    if (extras && r.chance(0.05)) { u.image = { id: 'file-' + r.uuid().slice(0, 8), name: 'photo.png' } }
  }
  clock.t += r.int(3600, 40 * 3600)
  // --revise: a later export of the same history. Drawn from a generator of its own, so that all else stays as it was.
  if (REVISE) {
    const v = rng(hash(id)), fate = v.next()
    if (fate < 0.2) { // the conversation went on
      time += 7 * 86400
      const u = { id: v.uuid(), parent, time, role: 'user', text: prose(v, 2), kind: 'text', branch: false }
      const a = { id: v.uuid(), parent: u.id, time: time + 5, role: 'assistant', text: answer(v), model, kind: 'text', branch: false }
      messages.push(u, a); parent = a.id; time += 5
    } else if (fate < 0.25) {
      const before = r.chance(0.05) ? null : title(r) // drawn as ever: all later draws stay as they were
      return { id, title: 'Renamed ' + title(v), model, created: messages[0].time, updated: time + 60, messages, current: parent, renamed: true, before }
    }
  }
  return { id, title: r.chance(0.05) ? null : title(r), model, created: messages[0].time, updated: time, messages, current: parent }
}

// ---------- zip (stored or deflated), streamed ----------
const crc32 = zlib.crc32 ?? ((buf) => { let c, crc = ~0; for (let i = 0; i < buf.length; i++) { c = (crc ^ buf[i]) & 0xff; for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1; crc = (crc >>> 8) ^ c } return ~crc >>> 0 })
class Zip {
  constructor(path) { this.out = createWriteStream(path); this.at = 0; this.dir = [] }
  async write(b) { this.at += b.length; if (!this.out.write(b)) await once(this.out, 'drain') }
  async add(name, data) {
    const raw = Buffer.isBuffer(data) ? data : Buffer.from(data)
    const small = zlib.deflateRawSync(raw, { level: 1 }), nameB = Buffer.from(name), crc = crc32(raw) >>> 0
    const h = Buffer.alloc(30); h.writeUInt32LE(0x04034b50, 0); h.writeUInt16LE(20, 4); h.writeUInt16LE(0x0800, 6); h.writeUInt16LE(8, 8); h.writeUInt32LE(0x5a210000, 10); h.writeUInt32LE(crc, 14); h.writeUInt32LE(small.length, 18); h.writeUInt32LE(raw.length, 22); h.writeUInt16LE(nameB.length, 26)
    this.dir.push({ nameB, crc, c: small.length, u: raw.length, at: this.at })
    await this.write(h); await this.write(nameB); await this.write(small)
  }
  async end() {
    const start = this.at
    for (const e of this.dir) { const h = Buffer.alloc(46); h.writeUInt32LE(0x02014b50, 0); h.writeUInt16LE(20, 4); h.writeUInt16LE(20, 6); h.writeUInt16LE(0x0800, 8); h.writeUInt16LE(8, 10); h.writeUInt32LE(0x5a210000, 12); h.writeUInt32LE(e.crc, 16); h.writeUInt32LE(e.c, 20); h.writeUInt32LE(e.u, 24); h.writeUInt16LE(e.nameB.length, 28); h.writeUInt32LE(e.at, 42); await this.write(h); await this.write(e.nameB) }
    const z = Buffer.alloc(22); z.writeUInt32LE(0x06054b50, 0); z.writeUInt16LE(this.dir.length, 8); z.writeUInt16LE(this.dir.length, 10); z.writeUInt32LE(this.at - start, 12); z.writeUInt32LE(start, 16)
    await this.write(z); this.out.end(); await once(this.out, 'finish')
  }
}
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

// ---------- the formats ----------
function chatgptConversation(c) {
  const root = 'client-created-root-' + c.id.slice(0, 8)
  const mapping = { [root]: { id: root, message: null, parent: null, children: [] } }
  for (const m of c.messages) {
    const parent = m.parent ?? root
    const hidden = m.kind === 'hidden'
    let content = { content_type: 'text', parts: [m.text] }
    if (m.kind === 'thinking') content = { content_type: 'thoughts', thoughts: [{ summary: 'Thinking', content: m.text, chunks: [], finished: true }], source_analysis_msg_id: null }
    if (m.kind === 'tool') content = m.role === 'tool' ? { content_type: 'execution_output', text: m.text } : { content_type: 'code', language: 'python', text: m.text }
    if (m.image) content = { content_type: 'multimodal_text', parts: [{ content_type: 'image_asset_pointer', asset_pointer: 'sediment://' + m.image.id, size_bytes: PNG.length, width: 1, height: 1, metadata: null }, m.text] }
    mapping[m.id] = { id: m.id, parent, children: [], message: { id: m.id, author: { role: m.role, name: m.role === 'tool' ? 'python' : null, metadata: {} }, create_time: hidden ? null : m.time, update_time: null, content, status: 'finished_successfully', end_turn: m.role === 'assistant' ? true : null, weight: hidden ? 0 : 1, metadata: { ...(hidden ? { is_visually_hidden_from_conversation: true } : {}), ...(m.model ? { model_slug: m.model } : {}), ...(m.image ? { attachments: [{ id: m.image.id, name: m.image.name, size: PNG.length, mime_type: 'image/png' }] } : {}) }, recipient: m.kind === 'tool' && m.role === 'assistant' ? 'python' : 'all', channel: m.role === 'assistant' ? 'final' : null } }
    mapping[parent].children.push(m.id)
  }
  return { title: c.title, create_time: c.created, update_time: c.updated, mapping, moderation_results: [], current_node: c.current, plugin_ids: null, conversation_id: c.id, conversation_template_id: null, gizmo_id: null, is_archived: false, is_starred: null, safe_urls: [], default_model_slug: c.model, id: c.id }
}
async function chatgpt(r, n, out, sharded) {
  const clock = { t: 1700000000 }, truth = blank('chatgpt'), zip = new Zip(out), shard = []
  const images = []
  let part = 0
  const flush = async () => { if (shard.length) await zip.add(`conversations-${String(part++).padStart(3, '0')}.json`, JSON.stringify(shard.splice(0))) }
  const all = []
  for (let i = 0; i < n; i++) {
    const c = tree(r, clock); count(truth, c)
    for (const m of c.messages) if (m.image) images.push(m.image)
    if (c.renamed) truth.renamed = (truth.renamed ?? 0) + 1
    const x = chatgptConversation(c)
    if (sharded) { shard.push(x); if (shard.length === 100) await flush() } else all.push(JSON.stringify(x))
  }
  if (sharded) { await flush() } else {
    all.splice(Math.floor(all.length / 2), 0, JSON.stringify({ title: 'Corrupted entry', create_time: 1, update_time: 1, conversation_id: r.uuid(), id: r.uuid() })); truth.unreadableConversations = 1
    await zip.add('conversations.json', '[' + all.join(',') + ']')
  }
  await zip.add('user.json', JSON.stringify({ id: 'user-x', email: 'person@example.org', chatgpt_plus_user: true }))
  await zip.add('message_feedback.json', '[]')
  const names = {}
  for (const im of images) { if (sharded) { names[im.id + '.dat'] = im.name; await zip.add(im.id + '.dat', PNG) } else await zip.add(`${im.id}-${im.name}`, PNG) }
  if (sharded) { await zip.add('conversation_asset_file_names.json', JSON.stringify(names)); await zip.add('export_manifest.json', JSON.stringify({ export_files: zip.dir.map((e) => ({ path: e.nameB.toString(), size_bytes: e.u })), logical_files: { conversations: { files: zip.dir.map((e) => e.nameB.toString()).filter((f) => f.startsWith('conversations-')), sharded: true } } })) }
  await zip.end(); return truth
}
async function chatgptJson(r, n, out) { // one bare conversations.json of any size, streamed: for import benchmarks
  const clock = { t: 1700000000 }, truth = blank('chatgpt'), file = createWriteStream(out)
  for (let i = 0; i < n; i++) { const c = tree(r, clock); count(truth, c); if (!file.write((i ? ',\n' : '[') + JSON.stringify(chatgptConversation(c)))) await once(file, 'drain') }
  file.end(n ? ']' : '[]'); await once(file, 'finish'); return truth
}
const iso = (t) => new Date(t * 1000).toISOString()
async function claude(r, n, out) {
  const clock = { t: 1710000000 }, truth = blank('claude'), zip = new Zip(out), all = []
  for (let i = 0; i < n; i++) {
    const c = tree(r, clock); count(truth, c, { drop: ['hidden'] })
    all.push({ uuid: c.id, name: c.title ?? '', summary: '', created_at: iso(c.created), updated_at: iso(c.updated), account: { uuid: 'acc' },
      chat_messages: merged(c).map((m) => ({ uuid: m.id, text: m.blocks.some((b) => b.type !== 'text') ? '```\nThis block is not supported on your current device yet.\n```' : m.blocks.map((b) => b.text).join('\n'), content: m.blocks.map((b) => ({ start_timestamp: iso(m.time), stop_timestamp: iso(m.time), ...b })), sender: m.role === 'user' ? 'human' : 'assistant', created_at: iso(m.time), updated_at: iso(m.time), attachments: [], files: m.image ? [{ file_name: m.image.name, file_uuid: r.uuid() }] : [], parent_message_uuid: m.parent ?? '00000000-0000-4000-8000-000000000000' })) })
  }
  await zip.add('conversations.json', JSON.stringify(all))
  await zip.add('projects.json', JSON.stringify([{ uuid: r.uuid(), name: 'A project', description: 'About ' + title(r), prompt_template: 'Be brief.', is_private: true, docs: [{ uuid: r.uuid(), filename: 'notes.md', content: prose(r, 5) }] }]))
  await zip.add('users.json', '[]'); await zip.add('memories.json', JSON.stringify([{ account_uuid: 'acc', conversations_memory: prose(r, 3) }]))
  await zip.end(); return truth
}
// Claude and similar formats hold one turn's thinking, tool calls and text as blocks of one message.
function merged(c) {
  const out = [], alias = new Map(); let open = null
  for (const m of c.messages) {
    const parent = m.parent === null ? null : (alias.get(m.parent) ?? null)
    if (m.kind === 'hidden') { alias.set(m.id, parent); continue }
    const block = m.kind === 'thinking' ? { type: 'thinking', thinking: m.text } : m.kind === 'tool' ? (m.role === 'tool' ? { type: 'tool_result', tool_use_id: 't1', name: 'python', content: [{ type: 'text', text: m.text }], is_error: false } : { type: 'tool_use', id: 't1', name: 'python', input: { code: m.text } }) : { type: 'text', text: m.text, citations: [] }
    const role = m.role === 'user' ? 'user' : 'assistant'
    if (open && role === 'assistant' && open.role === 'assistant' && !m.branch && alias.get(m.parent) === open.id) { open.blocks.push(block); alias.set(m.id, open.id); if (m.kind === 'text') open.time = m.time; continue }
    // a regenerated answer hangs under the user's message, whatever blocks led to its sibling
    const p = m.branch && open ? open.parent : parent
    const x = { id: m.id, parent: p, role, time: m.time, model: m.model, blocks: [block], branch: m.branch, image: m.image }
    out.push(x); alias.set(m.id, m.id); if (!m.branch) open = x
  }
  return out
}
async function gemini(r, n, out) {
  const clock = { t: 1705000000 }, truth = blank('gemini'), rows = []
  truth.inferredThreads = true
  for (let i = 0; i < n; i++) {
    const c = tree(r, clock, { branches: false, extras: false }); let q = null
    for (const m of c.messages) {
      if (m.role === 'user') q = m
      else { rows.push({ header: 'Gemini Apps', title: 'Prompted ' + q.text, time: iso(q.time), products: ['Gemini Apps'], activityControls: ['Gemini Apps Activity'], safeHtmlItem: [{ html: '<p>' + m.text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/\n\n/g, '</p><p>') + '</p>' }] }); truth.messages += 2 }
    }
    if (r.chance(0.1)) rows.push({ header: 'Gemini Apps', title: 'Gave feedback: Good response', time: iso(c.updated + 5), products: ['Gemini Apps'] })
  }
  delete truth.conversations
  const zip = new Zip(out); await zip.add('Takeout/My Activity/Gemini Apps/MyActivity.json', JSON.stringify(rows.reverse())); await zip.add('Takeout/archive_browser.html', '<html></html>'); await zip.end(); return truth
}
async function claudeCode(r, n, out) {
  const clock = { t: 1735000000 }, truth = blank('claude-code'), zip = new Zip(out)
  for (let i = 0; i < n; i++) {
    const c = tree(r, clock, { branches: false, extras: true }); const lines = []
    const base = { isSidechain: false, userType: 'external', cwd: '/home/person/app', sessionId: c.id, version: '2.1.0', gitBranch: 'main' }
    lines.push({ type: 'summary', summary: (c.renamed ? c.before : c.title) ?? 'Session', leafUuid: c.current }); let last = null, n = 0
    for (const m of merged(c)) {
      if (m.role === 'user') { lines.push({ ...base, type: 'user', uuid: m.id, parentUuid: last, timestamp: iso(m.time), message: { role: 'user', content: m.blocks[0].text } }); last = m.id; n++ }
      else {
        const mid = 'msg_' + m.id.slice(0, 8)
        for (const b of m.blocks) { // one API message spans several lines that repeat usage
          const id = r.uuid()
          if (b.type === 'tool_result') lines.push({ ...base, type: 'user', uuid: id, parentUuid: last, timestamp: iso(m.time), message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: b.content }] }, toolUseResult: { stdout: '42' } })
          else lines.push({ ...base, type: 'assistant', uuid: id, parentUuid: last, timestamp: iso(m.time), requestId: 'req_' + mid, message: { id: mid, role: 'assistant', model: m.model, content: [b.type === 'thinking' ? { ...b, signature: 'x' } : b], stop_reason: null, usage: { input_tokens: 10, output_tokens: 20 } } })
          last = id
        }
        n++
      }
    }
    if (c.renamed) lines.push({ type: 'custom-title', customTitle: c.title, sessionId: c.id }) // sessions are only ever added to
    truth.conversations++; truth.messages += n
    await zip.add(`projects/-home-person-app/${c.id}.jsonl`, lines.map((x) => JSON.stringify(x)).join('\n') + '\n')
  }
  await zip.end(); return truth
}
async function openwebui(r, n, out) {
  const clock = { t: 1715000000 }, truth = blank('openwebui'), all = []
  for (let i = 0; i < n; i++) {
    const c = tree(r, clock, { extras: false }); count(truth, c)
    const messages = {}
    for (const m of c.messages) { messages[m.id] = { id: m.id, parentId: m.parent, childrenIds: [], role: m.role, content: m.text, timestamp: Math.floor(m.time), ...(m.role === 'assistant' ? { model: m.model, modelName: m.model, modelIdx: 0, done: true } : { models: [c.model] }) }; if (m.parent) messages[m.parent].childrenIds.push(m.id) }
    all.push({ id: c.id, user_id: 'u', title: c.title ?? 'New Chat', chat: { title: c.title ?? 'New Chat', models: [c.model], history: { currentId: c.current, messages }, tags: [], timestamp: Math.floor(c.created * 1000), files: [] }, created_at: Math.floor(c.created), updated_at: Math.floor(c.updated), share_id: null, archived: false, pinned: false, meta: { tags: ['imported'] }, folder_id: null })
  }
  writeFileSync(out, JSON.stringify(all)); return truth
}
async function deepseek(r, n, out) {
  const clock = { t: 1740000000 }, truth = blank('deepseek'), all = []
  for (let i = 0; i < n; i++) {
    const c = tree(r, clock, { extras: false }); count(truth, c)
    const ids = new Map(c.messages.map((m, k) => [m.id, String(k + 1)])), mapping = { root: { id: 'root', parent: null, children: [], message: null } }
    for (const m of c.messages) { const id = ids.get(m.id), parent = m.parent ? ids.get(m.parent) : 'root'; mapping[id] = { id, parent, children: [], message: { files: [], model: 'deepseek-chat', inserted_at: iso(m.time), fragments: [...(m.role === 'assistant' && r.chance(0.3) ? [{ type: 'THINK', content: prose(r, 2) }] : []), { type: m.role === 'user' ? 'REQUEST' : 'RESPONSE', content: m.text }] } }; mapping[parent].children.push(id) }
    all.push({ id: c.id, title: c.title ?? 'New chat', inserted_at: iso(c.created), updated_at: iso(c.updated), mapping })
  }
  const zip = new Zip(out); await zip.add('conversations.json', JSON.stringify(all)); await zip.add('user.json', '{}'); await zip.end(); return truth
}
async function grok(r, n, out) {
  const clock = { t: 1745000000 }, truth = blank('grok'), all = []
  for (let i = 0; i < n; i++) { const c = tree(r, clock, { branches: false, extras: false }); count(truth, c); all.push({ conversation: { id: c.id, title: c.title ?? '', create_time: iso(c.created), modify_time: iso(c.updated) }, responses: c.messages.map((m) => ({ response: { _id: m.id, conversation_id: c.id, message: m.text, sender: m.role === 'user' ? 'human' : 'ASSISTANT', create_time: { $date: { $numberLong: String(Math.round(m.time * 1000)) } }, parent_response_id: m.parent, model: 'grok' } })) }) }
  const zip = new Zip(out); await zip.add('ttl/30d/export_data/x/prod-grok-backend.json', JSON.stringify({ conversations: all, projects: [], tasks: [] })); await zip.end(); return truth
}
async function copilot(r, n, out) {
  const clock = { t: 1750000000 }, truth = blank('copilot'), rows = []
  const q = (s) => '"' + s.replace(/"/g, '""') + '"'
  for (let i = 0; i < n; i++) { const c = tree(r, clock, { branches: false, extras: false }); c.title = (c.title ?? 'Chat') + ' ' + i; count(truth, c); for (const m of c.messages) rows.push([q(c.title), iso(m.time).slice(0, 19), m.role === 'user' ? 'Human' : 'AI', q(m.text)].join(',')) }
  writeFileSync(out, '\ufeffConversation,Time,Author,Message\r\n' + rows.reverse().join('\r\n') + '\r\n'); return truth
}
async function lechat(r, n, out) {
  const clock = { t: 1755000000 }, truth = blank('lechat'), zip = new Zip(out)
  for (let i = 0; i < n; i++) { const c = tree(r, clock, { branches: false, extras: false }); count(truth, c); await zip.add(`chat-${c.id}.json`, JSON.stringify(c.messages.map((m) => ({ id: m.id, chatId: c.id, role: m.role, content: m.text, contentChunks: [{ type: 'text', text: m.text }], createdAt: iso(m.time), parentId: m.parent, model: m.model ?? null, files: [] })))) }
  await zip.end(); return truth
}
async function librechat(r, n, out) {
  const clock = { t: 1760000000 }, truth = blank('librechat'), zip = new Zip(out)
  for (let i = 0; i < n; i++) { const c = tree(r, clock, { extras: false }); count(truth, c); await zip.add(`${c.id}.json`, JSON.stringify({ conversationId: c.id, endpoint: 'openAI', title: c.title ?? 'New Chat', exportAt: iso(c.updated), branches: true, recursive: false, options: { model: c.model }, messages: c.messages.map((m) => ({ messageId: m.id, parentMessageId: m.parent ?? '00000000-0000-0000-0000-000000000000', conversationId: c.id, sender: m.role === 'user' ? 'User' : c.model, isCreatedByUser: m.role === 'user', text: m.text, createdAt: iso(m.time), updatedAt: iso(m.time), model: m.model ?? null })) })) }
  await zip.end(); return truth
}

async function chatgptNested(r, n, out) { // the privacy portal's archive: the export's ZIP inside a ZIP
  const inner = out + '.inner'
  const truth = await chatgpt(r, n, inner, true)
  const zip = new Zip(out)
  await zip.add('Conversations__abc-chatgpt-0001.zip', readFileSync(inner)); await zip.add('README.txt', 'Your data'); await zip.end(); rmSync(inner)
  return truth
}
async function claudeParts(r, n, out) { // since 2026-09: a manifest and several ZIPs; import the folder
  const truth = blank('claude'), parts = []
  const whole = out + '.whole'; Object.assign(truth, await claude(r, n, whole)); const all = JSON.parse(unzipFirst(whole, 'conversations.json')); rmSync(whole)
  mkdirSync(out, { recursive: true })
  for (let i = 0; i < 3; i++) { const name = `data-part-${i}.zip`; const zip = new Zip(join(out, name)); await zip.add('conversations.json', JSON.stringify(all.filter((_, k) => k % 3 === i))); if (i === 0) await zip.add('users.json', '[]'); await zip.end(); parts.push(name) }
  writeFileSync(join(out, 'manifest-1.json'), JSON.stringify({ files: parts })); return truth
}
async function geminiHtml(r, n, out) {
  const clock = { t: 1705000000 }, truth = blank('gemini'), cells = []; truth.inferredThreads = true
  const esc = (t) => t.replace(/&/g, '&amp;').replace(/</g, '&lt;')
  for (let i = 0; i < n; i++) { const c = tree(r, clock, { branches: false, extras: false }); let q = null
    for (const m of c.messages) if (m.role === 'user') q = m; else { cells.push(`<div class="outer-cell mdl-cell mdl-cell--12-col mdl-shadow--2dp"><div class="mdl-grid"><div class="header-cell mdl-cell mdl-cell--12-col"><p class="mdl-typography--title">Gemini Apps<br></p></div><div class="content-cell mdl-cell mdl-cell--6-col mdl-typography--body-1">Prompted\u00a0${esc(q.text)}<br>${new Date(q.time * 1000).toUTCString().slice(5, 25)} UTC<br><p>${esc(m.text).replace(/\n\n/g, '</p><p>')}</p></div></div></div>`); truth.messages += 2 } }
  delete truth.conversations
  const zip = new Zip(out); await zip.add('Takeout/My Activity/Gemini Apps/MyActivity.html', `<html><head><title>My Activity History</title></head><body>${cells.reverse().join('')}</body></html>`); await zip.end(); return truth
}
async function codex(r, n, out) {
  const clock = { t: 1736000000 }, truth = blank('codex'), zip = new Zip(out)
  for (let i = 0; i < n; i++) { const c = tree(r, clock, { branches: false, extras: false }); count(truth, c)
    const lines = [{ timestamp: iso(c.created), type: 'session_meta', payload: { id: c.id, timestamp: iso(c.created), cwd: '/home/person/app', originator: 'codex_cli', cli_version: '0.50.0' } }, ...c.messages.map((m) => ({ timestamp: iso(m.time), type: 'response_item', payload: { type: 'message', role: m.role, content: [{ type: m.role === 'user' ? 'input_text' : 'output_text', text: m.text }] } }))]
    await zip.add(`sessions/2025/01/04/rollout-${iso(c.created).slice(0, 19).replace(/:/g, '-')}-${c.id}.jsonl`, lines.map((x) => JSON.stringify(x)).join('\n') + '\n') }
  await zip.end(); return truth
}
async function lmstudio(r, n, out) {
  const clock = { t: 1737000000 }, truth = blank('lmstudio'), zip = new Zip(out)
  for (let i = 0; i < n; i++) { const c = tree(r, clock, { branches: false, extras: false }); count(truth, c)
    await zip.add(`conversations/${Math.round(c.created * 1000)}.conversation.json`, JSON.stringify({ name: c.title ?? '', pinned: false, createdAt: Math.round(c.created * 1000), preset: '', tokenCount: 1, systemPrompt: '', messages: c.messages.map((m) => ({ versions: [m.role === 'user' ? { type: 'singleStep', role: 'user', content: [{ type: 'text', text: m.text }] } : { type: 'multiStep', role: 'assistant', senderInfo: { senderName: m.model }, steps: [{ type: 'contentBlock', stepIdentifier: '1', content: [{ type: 'text', text: m.text }] }] }], currentlySelected: 0 })) })) }
  await zip.end(); return truth
}
async function jan(r, n, out) {
  const clock = { t: 1738000000 }, truth = blank('jan'), zip = new Zip(out)
  for (let i = 0; i < n; i++) { const c = tree(r, clock, { branches: false, extras: false }); count(truth, c)
    await zip.add(`threads/${c.id}/thread.json`, JSON.stringify({ id: c.id, object: 'thread', title: c.title ?? 'New Thread', created: Math.floor(c.created), updated: Math.floor(c.updated), assistants: [{ model: { id: c.model } }], metadata: {} }))
    await zip.add(`threads/${c.id}/messages.jsonl`, c.messages.map((m) => JSON.stringify({ id: m.id, object: 'thread.message', thread_id: c.id, role: m.role, status: 'ready', created_at: Math.round(m.time * 1000), completed_at: Math.round(m.time * 1000), content: [{ type: 'text', text: { value: m.text, annotations: [] } }], metadata: {} })).join('\n') + '\n') }
  await zip.end(); return truth
}
function unzipFirst(path, name) { // only for archives written above: finds one entry by its local header
  const b = readFileSync(path); let at = 0
  while (b.readUInt32LE(at) === 0x04034b50) { const c = b.readUInt32LE(at + 18), nl = b.readUInt16LE(at + 26), start = at + 30 + nl; if (b.toString('utf8', at + 30, start) === name) return zlib.inflateRawSync(b.subarray(start, start + c)).toString(); at = start + c }
  throw new Error('no ' + name)
}

// ---------- what a lossless import must find ----------
// hiddenMessages: nodes that carry the provider's own hidden flag. images: references to an image; the ChatGPT
// archives hold each one's bytes (all stored), the others only the reference (all missing).
// messages: every message node, branches included; a Claude-shaped message with several blocks counts once.
function blank(format) { return { format, conversations: 0, messages: 0, branchMessages: 0, hiddenMessages: 0, images: 0, unreadableConversations: 0 } }
function count(t, c, { drop = [] } = {}) {
  t.conversations++
  if (drop.includes('hidden')) { const ms = merged(c); t.messages += ms.length; t.branchMessages += ms.filter((m) => m.branch).length; t.images += ms.filter((m) => m.image).length; return }
  t.messages += c.messages.length
  t.branchMessages += c.messages.filter((m) => m.branch).length
  t.hiddenMessages += c.messages.filter((m) => m.kind === 'hidden').length
  t.images += c.messages.filter((m) => m.image).length
}

const FORMATS = { chatgpt: ['zip', (r, n, o) => chatgpt(r, n, o, false)], 'chatgpt-sharded': ['zip', (r, n, o) => chatgpt(r, n, o, true)], 'chatgpt-json': ['json', chatgptJson], 'chatgpt-nested': ['zip', chatgptNested], 'claude-parts': ['dir', claudeParts], 'gemini-html': ['zip', geminiHtml], codex: ['zip', codex], lmstudio: ['zip', lmstudio], jan: ['zip', jan], claude: ['zip', claude], gemini: ['zip', gemini], 'claude-code': ['zip', claudeCode], openwebui: ['json', openwebui], deepseek: ['zip', deepseek], grok: ['zip', grok], copilot: ['csv', copilot], lechat: ['zip', lechat], librechat: ['zip', librechat] }

const args = Object.fromEntries(process.argv.slice(2).join(' ').split(/\s*--/).filter(Boolean).map((s) => { const [k, ...v] = s.trim().split(/\s+/); return [k, v.join(' ') || true] }))
const n = Number(args.conversations ?? 20), seed = Number(args.seed ?? 1)
if (!args.out || (!args.all && !FORMATS[args.format])) { console.error(`usage: make-export.mjs (--all | --format ${Object.keys(FORMATS).join('|')}) [--conversations N] [--seed N] --out PATH`); process.exit(2) }
for (const format of args.all ? Object.keys(FORMATS) : [args.format]) {
  const [ext, write] = FORMATS[format]
  const out = args.all ? join(String(args.out), `${format}.${ext}`) : String(args.out)
  mkdirSync(dirname(out), { recursive: true })
  const truth = await write(rng(seed * 7919 + hash(format.replace(/^chatgpt.*/, 'chatgpt'))), n, out)
  writeFileSync(out + '.truth.json', JSON.stringify(truth, null, 2) + '\n')
  console.log(`${basename(out)}: ${JSON.stringify(truth)}`)
}
