import { describe, expect, it } from 'vitest'
import { createPageCache, type PageCache } from './page-cache.ts'

const text = (n: number): string => JSON.stringify({ page: n, text: `${n} words and ünïcödé `.repeat(50) })
const shown = (cache: PageCache, key: string): string | undefined => {
  const page = cache.get(key)
  return page && Buffer.from(page.body.json).toString()
}
const facts = (version = 1) => ({ generation: 1, version, etag: `${version}` })
const room = Buffer.byteLength(text(100)) * 60

async function filled(from: number, to: number): Promise<PageCache> {
  const cache = createPageCache(room)
  for (let n = from; n < to; n++) {
    expect(Buffer.from(cache.set(String(n), facts(), text(n)).body.json).toString()).toBe(text(n))
    await cache.settled()
  }
  return cache
}

describe('a cache of pages', () => {
  it('answers what was put in, however often', async () => {
    const cache = await filled(100, 140)
    for (let round = 0; round < 20; round++) for (let n = 100; n < 140; n++) expect(shown(cache, String(n))).toBe(text(n))
    expect(cache.get('100')?.body.etag).toBe('1')
  })

  it('answers what is asked for most without opening it again', async () => {
    const cache = await filled(100, 110)
    for (let n = 0; n < 8; n++) cache.get('105')
    expect(cache.get('105')?.body.json).toBe(cache.get('105')?.body.json)
    expect(cache.get('104')?.body.json).not.toBe(cache.get('104')?.body.json)
  })

  it('lets the eldest go', async () => {
    const cache = await filled(100, 900)
    expect(shown(cache, '100')).toBeUndefined()
    expect(shown(cache, '899')).toBe(text(899))
  })

  it('keeps many more pages that are like each other than fit as they are', async () => {
    const cache = await filled(100, 900)
    const kept = Array.from({ length: 800 }, (_, n) => n + 100).filter((n) => shown(cache, String(n)) === text(n))
    expect(kept.length).toBeGreaterThan(120)
    expect(kept.at(-1)).toBe(899)
  })

  it('remembers until when a page is known to hold', async () => {
    const cache = await filled(100, 110)
    const page = cache.get('105')
    if (page) page.about.generation = 7
    for (let n = 0; n < 20; n++) expect(cache.get('105')?.about.generation).toBe(7)
  })

  it('never answers an older version than the last, not even one that is still being compressed', async () => {
    const cache = await filled(100, 110)
    for (let n = 0; n < 8; n++) cache.get('105')
    cache.set('105', facts(2), text(2))
    cache.set('105', facts(3), text(3))
    expect([undefined, 3]).toContain(cache.get('105')?.about.version)
    await cache.settled()
    for (let n = 0; n < 20; n++) expect([cache.get('105')?.about.version, shown(cache, '105')]).toEqual([3, text(3)])
  })

  it('forgets what comes faster than it can be compressed', async () => {
    const cache = createPageCache(room)
    for (let n = 100; n < 200; n++) cache.set(String(n), facts(), text(n))
    await cache.settled()
    expect(shown(cache, '100')).toBe(text(100))
    expect(shown(cache, '199')).toBeUndefined()
  })
})
