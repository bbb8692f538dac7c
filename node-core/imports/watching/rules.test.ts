import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { endOf, isCandidate, isSettled, SETTLE, wholeSessions } from './rules.ts'

describe('what a watched folder takes', () => {
  it('goes by the name: sessions at any depth, exports in the folder itself, nothing that is being written', () => {
    const sessions = [
      'a/b.jsonl',
      '2026/11/23/rollout-x.jsonl',
      'rollout-1.json',
      'p/s/tool-results/t.txt',
      'p/s/subagents/agent-1.jsonl',
    ]
    for (const path of sessions) expect([path, isCandidate('sessions', path)]).toEqual([path, true])
    const not = [
      'a/b.md',
      'a/.b.jsonl',
      'a/b.jsonl.tmp',
      'settings.json',
      'p/x\\..\\y.jsonl',
      'c:evil.jsonl',
      'p/memory/notes.txt',
    ]
    for (const path of not) expect([path, isCandidate('sessions', path)]).toEqual([path, false])
    for (const path of ['export.zip', 'conversations.JSON', 'MyActivity.html', 'chat.jsonl'])
      expect([path, isCandidate('exports', path)]).toEqual([path, true])
    const others = [
      'x/export.zip',
      'film.mkv',
      'export.zip.crdownload',
      'export.zip.part',
      'Unconfirmed 12.crdownload',
      '~$a.html',
      '.zip',
    ]
    for (const path of others) expect([path, isCandidate('exports', path)]).toEqual([path, false])
  })

  it('waits until nobody writes any more', () => {
    const file = { path: 'a', size: 1, modified: 1_000_000, state: '' }
    expect(isSettled(file, SETTLE - 1, 1_001_000)).toBe(false)
    expect(isSettled(file, SETTLE, 1_001_000)).toBe(true)
    // written long ago
    expect(isSettled(file, 0, 1_060_000)).toBe(true)
    // of a clock that goes wrong the time says nothing
    expect(isSettled(file, 0, 900_000)).toBe(false)
    expect(isSettled({ ...file, size: 0 }, 10 * SETTLE, 2_000_000)).toBe(false)
  })

  it('keeps a session together with what its subagents and tools wrote', () => {
    const all = [
      'p/agent-1.jsonl',
      'p/agent-2.jsonl',
      'p/s.jsonl',
      'p/s/subagents/agent-9.jsonl',
      'p/s/tool-results/t.txt',
      'p/t.jsonl',
      'q/s.jsonl',
    ]
    const sessionOf = (path: string) => ({ 'p/agent-1.jsonl': 'p/s', 'p/agent-2.jsonl': 'p/t' })[path]
    const s = ['p/agent-1.jsonl', 'p/s.jsonl', 'p/s/subagents/agent-9.jsonl', 'p/s/tool-results/t.txt']
    for (const changed of s) expect(wholeSessions([changed], all, sessionOf)).toEqual([s])
    expect(wholeSessions(['q/s.jsonl', 'p/agent-2.jsonl'], all, sessionOf)).toEqual([
      ['q/s.jsonl'],
      ['p/agent-2.jsonl', 'p/t.jsonl'],
    ])
  })

  it('leaves out nothing that changed, and puts nothing into two groups', () => {
    const path = fc.array(fc.constantFrom('a', 'b', 'subagents', 'agent-1', 'tool-results'), { minLength: 1, maxLength: 4 })
    const files = fc.uniqueArray(
      path.map((segments) => `${segments.join('/')}.jsonl`),
      { minLength: 1, maxLength: 12 },
    )
    fc.assert(
      fc.property(files, fc.nat(), (all, n) => {
        const changed = all.filter((_, at) => (n >> at) % 2 === 1)
        const groups = wholeSessions(changed, all, () => undefined)
        const taken = groups.flat()
        expect(new Set(taken).size).toBe(taken.length)
        for (const one of changed) expect(taken).toContain(one)
        for (const group of groups) expect(group.some((one) => changed.includes(one))).toBe(true)
      }),
    )
  })

  it('tries the same bytes again only where they are not at fault, and finds the one at fault among many', () => {
    const failed = (code: string) => ({ state: 'failed', error: { code } })
    expect(endOf({ state: 'done', error: null }, 3)).toBe('taken')
    expect(endOf({ state: 'cancelled', error: null }, 3)).toBe('taken')
    expect(endOf(failed('import-bomb'), 3)).toBe('smaller')
    expect(endOf(failed('import-bomb'), 1)).toBe('failed')
    for (const code of ['storage-full', 'quota-exceeded', 'internal']) expect(endOf(failed(code), 1)).toBe('later')
  })
})
