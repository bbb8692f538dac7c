/** The live segments of one account as of its newest version, opened, their blocks kept in a shared cache. */
import type { Sealer } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import type { BlockCache } from './cache.ts'
import { DeletionMarks } from './deletions.ts'
import { blockPlace, decodeFacts, factsBlock } from './format.ts'
import { blockLoader, type LoadBlock, OpenSegment, openSegment } from './open-segment.ts'
import { toHex } from './prepare.ts'
import { type LiveSegment, selectLive, selectVersion } from './tables.ts'

export interface IndexParts {
  reader: Reader
  sealer: Sealer
  /** The account's local number. */
  account: number
  cache: BlockCache
}

interface KeyedRow {
  key: string
  row: LiveSegment
}

/** So many facts' blocks are read by one statement. */
const together = 32
const selectFacts = `SELECT segment, sealed FROM search_block WHERE account = ? AND n = ${factsBlock}
AND segment IN (${Array.from({ length: together }, () => '?').join(', ')})`

export class SegmentSet {
  readonly #parts: IndexParts
  readonly #marks: DeletionMarks
  #version = -1
  #rows: KeyedRow[] = []

  constructor(parts: IndexParts) {
    this.#parts = parts
    this.#marks = new DeletionMarks(parts.reader, parts.account)
  }

  /** The segments that a search that begins now reads, the largest first. Errors: `conflict` where a merge came between. */
  async current(): Promise<OpenSegment[]> {
    const { cache } = this.#parts
    const rows = await this.#newestRows()
    const opened = rows.map(({ key }) => cache.get(key))
    const missing = rows.filter((_, i) => opened[i] === undefined)
    const fresh = missing.length > 0 ? await this.#open(missing) : new Map<string, OpenSegment>()
    return rows.flatMap(({ key }, i) => {
      const segment = opened[i] ?? fresh.get(key)
      return segment instanceof OpenSegment ? [segment] : []
    })
  }

  /** Segments and deletions of one version: what was read while another was committed is read again. */
  async #newestRows(): Promise<KeyedRow[]> {
    const { reader, account } = this.#parts
    let version = await this.#readVersion()
    if (version === this.#version) return this.#rows
    for (;;) {
      const live = await reader.all<LiveSegment>(selectLive, [account])
      const deletions = await this.#marks.readNew()
      const now = await this.#readVersion()
      if (now === version) {
        const rows = live.map((row) => ({ key: this.#key(row), row })).sort((a, b) => b.row.documents - a.row.documents)
        if (version < this.#version) return rows
        this.#marks.add(deletions, new Set(rows.map(({ key }) => key)))
        this.#rows = rows
        this.#version = version
        return rows
      }
      version = now
    }
  }

  async #readVersion(): Promise<number> {
    const { reader, account } = this.#parts
    return (await reader.get<{ version: number }>(selectVersion, [account]))?.version ?? 0
  }

  /** What is deleted of a segment of the newest version. */
  deleted(segment: OpenSegment): Promise<Uint8Array | undefined> {
    return this.#marks.of(this.#key(segment.row), segment)
  }

  /** Forgets the version: the next search reads it anew. */
  forget(): void {
    this.#version = -1
  }

  /** Lets go of what was worked out; the shared cache is its owner's to clear. */
  clear(): void {
    this.#version = -1
    this.#rows = []
    this.#marks.clear()
  }

  #key(row: LiveSegment): string {
    return `${this.#parts.account}/${toHex(row.id)}`
  }

  async #open(missing: readonly KeyedRow[]): Promise<Map<string, OpenSegment>> {
    const { reader, sealer, account, cache } = this.#parts
    const opened = new Map<string, OpenSegment>()
    const keep = (key: string, segment: OpenSegment) => {
      opened.set(key, segment)
      cache.set(key, segment, segment.bytes)
    }
    const byHex = new Map(missing.map((one) => [toHex(one.row.id), one]))
    for (let at = 0; at + together <= missing.length; at += together) {
      const ids = missing.slice(at, at + together).map(({ row }) => row.id)
      for (const { segment, sealed } of await reader.all<{ segment: Uint8Array; sealed: Uint8Array }>(selectFacts, [
        account,
        ...ids,
      ])) {
        const hex = toHex(segment)
        const one = byHex.get(hex)
        if (!one) continue
        const bytes = sealer.open(blockPlace(account, hex, factsBlock), sealed)
        keep(one.key, new OpenSegment(one.row, decodeFacts(bytes), bytes.length, this.#loader(one.key, one.row)))
      }
    }
    for (const { key, row } of missing) if (!opened.has(key)) keep(key, await openSegment(row, this.#loader(key, row)))
    return opened
  }

  #loader(key: string, row: LiveSegment): LoadBlock {
    const { reader, sealer, account, cache } = this.#parts
    const load = blockLoader(reader, sealer, account, row.id)
    return (number) => {
      if (number === factsBlock) return load(number)
      const place = `${key}/${number}`
      const kept = cache.get(place)
      if (kept instanceof Uint8Array) return kept
      return Promise.resolve(load(number)).then((bytes) => {
        cache.set(place, bytes, bytes.length + 200)
        return bytes
      })
    }
  }
}
