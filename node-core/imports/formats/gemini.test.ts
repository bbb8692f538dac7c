import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAll, sourceOf } from '../../../tests/kit/exports.ts'
import { gemini } from './gemini.ts'
import { planThreads, threadGap } from './gemini-threads.ts'
import { parseActivityTime } from './gemini-times.ts'
import { readTitle } from './gemini-titles.ts'

type Raw = Record<string, unknown>
const start = Date.parse('2026-01-02T10:00:00.000Z')
const record = (minute: number, prompt: string, fields: Raw = {}): Raw => ({
  header: 'Gemini Apps',
  title: `Prompted ${prompt}`,
  time: new Date(start + minute * 60_000).toISOString(),
  products: ['Gemini Apps'],
  activityControls: ['Gemini Apps Activity'],
  safeHtmlItem: [{ html: `<p>answer to ${prompt}</p>` }],
  ...fields,
})
const place = 'Takeout/My Activity/Gemini Apps/MyActivity.json'
/** Records are given oldest first and written newest first. */
const read = (...records: Raw[]) => readAll(gemini, sourceOf({ [place]: [...records].reverse() }))
const shown = ({ conversations }: Awaited<ReturnType<typeof read>>) =>
  conversations.map(({ messages }) =>
    messages
      .map(({ role, parts }) => `${role[0]}:${parts.map((part) => ('text' in part ? part.text : part.type)).join('+')}`)
      .join(' '),
  )

describe('threads', () => {
  it('end after half an hour, are labelled and keep the order of time', async () => {
    const found = await read(record(0, 'one'), record(29, 'two'), record(60, 'three'))
    expect(shown(found)).toEqual(['u:three a:answer to three', 'u:one a:answer to one u:two a:answer to two'])
    expect(found.conversations[1]).toMatchObject({
      source: 'gemini',
      inferred: true,
      title: 'one',
      created: start,
      updated: start + 29 * 60_000,
    })
    expect(found.conversations[1]?.messages.map(({ parent }) => parent)).toEqual([
      null,
      ...(found.conversations[1]?.messages ?? []).slice(0, 3).map(({ id }) => id),
    ])
  })
  it('keep their key and ids when a later export adds records', async () => {
    const before = await read(record(0, 'one'), record(10, 'two'))
    const after = await read(record(0, 'one'), record(10, 'two'), record(20, 'three'), record(500, 'four'))
    const grown = after.conversations.find(({ key }) => key === before.conversations[0]?.key)
    expect(grown?.messages).toHaveLength(6)
    expect(grown?.messages.slice(0, 4)).toEqual(before.conversations[0]?.messages)
  })
  it('count a record that is there twice once, even from two files', async () => {
    const records = [record(1, 'same'), record(1, 'same'), record(1, 'other')]
    const { conversations } = await readAll(gemini, sourceOf({ [place]: records, 'b/Gemini/MyActivity.json': records }))
    expect(conversations.map(({ messages }) => messages.length)).toEqual([4])
  })
  it('come out whole from files in any order', async () => {
    const records = Array.from({ length: 12 }, (_, index) => record(index * 20 + (index > 5 ? 100 : 0), `p${index}`))
    const sorted = await read(...records)
    const shuffled = await read(...[5, 11, 0, 3, 9, 1, 7, 2, 10, 4, 8, 6].map((index) => records[index] ?? {}))
    const byKey = (found: typeof sorted) => [...found.conversations].sort((a, b) => a.key.localeCompare(b.key))
    expect(byKey(shuffled)).toEqual(byKey(sorted))
  })
  it('partition any records into runs without a gap, whatever their order', () => {
    const seed = 20261105
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 40 * 60_000 * 6 }), { maxLength: 60 }), (times) => {
        const plan = planThreads()
        plan.nextFile()
        for (const [index, time] of times.entries()) plan.add({ id: String(index), time })
        const threads = plan.finish()
        const members = new Map<number, number[]>()
        for (const [index, time] of times.entries()) {
          const thread = threads.threadOf(index)
          if (thread === undefined) throw new Error('lost')
          members.set(thread, [...(members.get(thread) ?? []), time])
        }
        let end = Number.NEGATIVE_INFINITY
        for (const thread of [...members.keys()].sort((a, b) => a - b)) {
          const run = (members.get(thread) ?? []).sort((a, b) => a - b)
          expect(run).toHaveLength(threads.sizeOf(thread))
          expect((run[0] ?? 0) - end).toBeGreaterThan(threadGap)
          for (const [index, time] of run.entries())
            if (index > 0) expect(time - (run[index - 1] ?? 0)).toBeLessThanOrEqual(threadGap)
          end = run.at(-1) ?? 0
        }
      }),
      { seed, numRuns: 200 },
    )
  })
})

describe('records', () => {
  it('that are no turns are left out', async () => {
    const other = [
      'Gave feedback: Good response',
      'Used Gemini Apps',
      'Selected draft 2',
      'Created Gemini Canvas titled X',
      'Etwas ganz anderes',
    ]
    const found = await read(
      ...other.map((title, index) => record(index, '', { title, safeHtmlItem: index === 3 ? [{ html: '<p>x</p>' }] : [] })),
      record(9, 'real'),
      record(9, 'search', { header: 'Search', products: ['Search'] }),
    )
    expect(shown(found)).toEqual(['u:real a:answer to real'])
  })
  it('without an answer are a question alone', async () => {
    expect(shown(await read(record(0, 'nobody there', { safeHtmlItem: undefined })))).toEqual(['u:nobody there'])
  })
  it('keep citations, files and what is not known', async () => {
    const { conversations, attached } = await readAll(
      gemini,
      sourceOf({
        [place]: [
          record(0, 'see', {
            attachedFiles: ['cat.png', 'gone.pdf'],
            imageFile: 'cat.png',
            details: [{ name: 'x' }],
            subtitles: [
              { name: 'Attached 2 files.' },
              { name: '-  cat.png', url: 'cat.png' },
              { name: 'Wiki', url: 'https://w' },
            ],
          }),
        ],
        'Takeout/My Activity/Gemini Apps/cat.png': new Uint8Array(3),
      }),
    )
    expect(attached).toEqual(['Takeout/My Activity/Gemini Apps/cat.png'])
    expect(conversations[0]?.messages).toMatchObject([
      {
        role: 'user',
        parts: [
          { type: 'attachment', kind: 'image', name: 'cat.png', size: 3, blob: expect.any(String) },
          { type: 'attachment', name: 'gone.pdf' },
          { text: 'see' },
        ],
      },
      {
        role: 'assistant',
        parts: [{ text: 'answer to see', citations: [{ name: 'Wiki', url: 'https://w' }] }],
        extra: { details: [{ name: 'x' }], subtitles: [{ name: 'Attached 2 files.' }] },
      },
    ])
  })
  it('may have the answer as plain text', async () => {
    const found = await read(record(0, 'q', { safeHtmlItem: undefined, text: 'a < b' }))
    expect(found.conversations[0]?.messages[1]?.parts[0]).toMatchObject({ type: 'text', text: expect.stringContaining('a < b') })
  })
})

describe('HTML', () => {
  const cell = (body: string, header = 'Gemini-Apps') =>
    `<div class="outer-cell mdl-cell"><div class="mdl-grid"><div class="header-cell mdl-cell"><p class="mdl-typography--title">${header}<br></p></div><div class="content-cell mdl-cell mdl-cell--6-col">${body}</div><div class="content-cell mdl-cell mdl-typography--text-right"></div><div class="content-cell mdl-cell mdl-cell--12-col mdl-typography--caption"><b>Produkte:</b><br>&emsp;Gemini-Apps<br></div></div></div>`
  const page = (...cells: string[]) =>
    sourceOf({
      'Takeout/Meine Aktivitäten/Gemini-Apps/MeineAktivitäten.html': `<html><head><style>${'p{} '.repeat(30_000)}</style></head><body>${cells.join('')}</body></html>`,
      'Takeout/Meine Aktivitäten/Gemini-Apps/foto.png': new Uint8Array(2),
    })
  it('is read in the person’s language, with files and several lines', async () => {
    const source = page(
      cell(
        'Eingegebener Prompt: Zweite &amp; letzte<br>Frage<br>1 Datei angehängt.<br>- <a href="foto.png">foto.png</a><br>15.03.2026, 18:05:00 MEZ<br><p>Ja<br>klar</p><div>Ende</div>',
      ),
      cell('Eingegebener Prompt: Erste<br>15.03.2026, 18:00:00 MEZ<br><p>Nein</p>'),
      cell('Suche<br>15.03.2026, 17:59:00 MEZ<br>', 'Suche'),
    )
    expect(await gemini.detect(source)).toBe(1)
    const found = await readAll(gemini, source)
    expect(found.conversations).toHaveLength(1)
    expect(found.conversations[0]?.messages).toMatchObject([
      { role: 'user', time: Date.parse('2026-03-15T17:00:00Z'), parts: [{ text: 'Erste' }] },
      { role: 'assistant', parts: [{ text: 'Nein' }] },
      { role: 'user', parts: [{ type: 'attachment', name: 'foto.png', size: 2 }, { text: 'Zweite & letzte\nFrage' }] },
      { role: 'assistant', parts: [{ text: expect.stringMatching(/^Ja\s+klar\s+Ende$/) }] },
    ])
  })
  it('keeps the order where times cannot be read', async () => {
    const found = await readAll(
      gemini,
      page(cell('Prompted two<br>gestern<br><p>b</p>'), cell('Prompted one<br>vorgestern<br><p>a</p>')),
    )
    expect(found.conversations).toHaveLength(1)
    expect(shown(found)[0]).toMatch(/^u:one.*u:two/s)
  })
  it('gives the same ids as JSON', async () => {
    const html = await readAll(gemini, page(cell('Prompted\u00a0one  two<br>Jan 2, 2026, 10:00:00\u202fAM UTC<br><p>x</p>')))
    const json = await read(record(0, 'one two'))
    expect(html.conversations[0]?.key).toBe(json.conversations[0]?.key)
  })
})

describe('readTitle', () => {
  it.each([
    ['Prompted what now', 'what now'],
    ['Prompted\u00a0what', 'what'],
    ['Branched x', 'x'],
    ['Asked: x', 'x'],
    ['Eingegebener Prompt: Was?', 'Was?'],
    ['Prompt envoyé\u00a0: Quoi ?', 'Quoi ?'],
    ['Запит: що?', 'що?'],
    ['送信したメッセージ: 何?', '何?'],
    ['プロンプト：何?', '何?'],
    ['提示：什么？', '什么？'],
    ['입력한 프롬프트: 뭐', '뭐'],
    ['Consulta los precios', 'Consulta los precios'],
    ['Neznámé sloveso: co?', 'Neznámé sloveso: co?'],
    ['Promptedness', 'Promptedness'],
  ])('%s', (title, prompt) => expect(readTitle(title, true)).toBe(prompt))
  it('leaves out what is no turn', () => {
    expect(readTitle('Gave feedback: Good response', false)).toBeUndefined()
    expect(readTitle('Neco jineho', false)).toBeUndefined()
    expect(readTitle('Prompted alone', false)).toBe('alone')
  })
})

describe('parseActivityTime', () => {
  const utc = (text: string) => Date.parse(text)
  it.each([
    ['Jan 15, 2024, 12:33:45\u202fPM UTC', '2024-01-15T12:33:45Z'],
    ['Jan 5, 2024, 12:03:45 AM PST', '2024-01-05T08:03:45Z'],
    ['15 Jan 2024 12:33:45 UTC', '2024-01-15T12:33:45Z'],
    ['15.01.2024, 12:33:45 MEZ', '2024-01-15T11:33:45Z'],
    ['15 janv. 2024, 12:33:45 CET', '2024-01-15T11:33:45Z'],
    ['15 juil. 2024, 12:33:45 CEST', '2024-07-15T10:33:45Z'],
    ['15 de dez. de 2024, 12:33:45 BRT', '2024-12-15T15:33:45Z'],
    ['15 ene 2024, 12:33:45 GMT-03:00', '2024-01-15T15:33:45Z'],
    ['15 Oca 2024 12:33:45 GMT+03:00', '2024-01-15T09:33:45Z'],
    ['15 янв. 2024 г., 12:33:45 MSK', '2024-01-15T09:33:45Z'],
    ['2024/01/15 12:33:45 JST', '2024-01-15T03:33:45Z'],
    ['2024年1月15日 下午1:33:45 GMT+8', '2024-01-15T05:33:45Z'],
    ['2024. 1. 15. 오후 1:33:45 KST', '2024-01-15T04:33:45Z'],
    ['15.1.2024 klo 12.33.45 EET', '2024-01-15T10:33:45Z'],
    ['١٥‏/٠١‏/٢٠٢٤ ١٢:٣٣:٤٥ UTC', '2024-01-15T12:33:45Z'],
  ])('%s', (line, iso) => expect(parseActivityTime(line)).toEqual({ time: utc(iso) }))
  it('says which zone it does not know', () =>
    expect(parseActivityTime('15 Jan 2024 12:33:45 XYZT')).toEqual({ time: utc('2024-01-15T12:33:45Z'), zone: 'XYZT' }))
  it.each([
    'hello',
    '12:33:45',
    'Version 15.01.2024',
    'at 1:2:3 on 99 Foo 2024',
    'The meeting on Jan 15, 2024 at 12:33:45 went on and on and on and on',
  ])('is none: %s', (line) => expect(parseActivityTime(line)).toBeUndefined())
})
