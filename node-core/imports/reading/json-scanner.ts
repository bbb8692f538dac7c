/**
 * Finds the elements of a JSON document in its bytes, as they stream by, in memory bounded by one element's limit.
 * It walks the few outer levels itself and leaves everything below to {@link JsonSkim}.
 */

import type { VivimError } from '../../contract/errors.ts'
import { type ImportReason, importReason } from '../../contract/import-reasons.ts'
import { Gathering } from './gathering.ts'
import { JsonSkim } from './json-skim.ts'
import { type Place, refuse } from './refuse.ts'

export interface ScanOptions {
  /** Keys that lead from the outermost object to the list; without them `conversations` or `chats`, or the object itself. */
  at?: readonly string[]
  /** Bytes of the largest element that is handed out. */
  limit: number
  /** Levels of nesting of the deepest element that is handed out. */
  levels: number
  /** Whether a file may hold one document after another. */
  many?: boolean
}

/** An element's bytes, valid until the next one is asked for, with their place in the file, or why it cannot be handed out. */
export type Scanned = { index: number; bytes: Uint8Array; start: number } | { index: number; error: ImportReason }

/** Where the walk stands. */
const state = { start: 0, key: 1, colon: 2, value: 3, next: 4, item: 5, end: 6 } as const
type State = (typeof state)[keyof typeof state]

const usualKeys = new Set(['conversations', 'chats'])
const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d
const byteOrderMark = [0xef, 0xbb, 0xbf]
const isBracket = (byte: number): boolean =>
  byte === openBracket || byte === openBrace || byte === closeBracket || byte === closeBrace
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/** What is said of damage with nothing but its byte. */
type Damage = 'brackets' | 'breaks-off' | 'breaks-off-in-text' | 'after-end' | 'name-missing' | 'value-missing' | 'no-list'

export class JsonScanner {
  readonly #path: string
  readonly #options: ScanOptions
  readonly #skim: JsonSkim
  readonly #element: Gathering
  readonly #key = new Gathering(1024)
  #state: State = state.start
  /** Bytes before the current chunk. */
  #base = 0
  /** Objects on the way to the list that are open. */
  #open = 0
  #index = 0
  /** Whether the value that follows the last key is on the way to the list. */
  #onPath = false
  /** Whether a list was found, so that the outermost object is not an element itself. */
  #listed = false
  #deepest = 0

  /** `path` names the file in errors. */
  constructor(path: string, options: ScanOptions) {
    this.#path = path
    this.#options = options
    this.#skim = new JsonSkim(options.levels)
    this.#element = new Gathering(options.limit)
  }

  /** Takes the next bytes and yields the elements that end in them. Fails with `import-damaged` where brackets do not match. */
  *push(chunk: Buffer): Generator<Scanned, void, undefined> {
    this.#element.enter(chunk)
    this.#key.enter(chunk)
    let index = 0
    while (index < chunk.length) {
      let found: Scanned | undefined
      if (this.#skim.busy) {
        const after = this.#skim.run(chunk, index)
        if (after < 0) throw this.#damaged(-1 - after, 'brackets')
        index = after
        if (!this.#skim.busy) found = this.#skimmed(index)
      } else {
        // In bounds: `index < chunk.length`.
        const byte = chunk[index] as number
        if (!isSpace(byte)) found = this.#step(byte, index)
        if (!this.#skim.busy) index++
      }
      if (found) yield found
    }
    this.#element.leave()
    this.#key.leave()
    this.#base += chunk.length
  }

  /** Says that the bytes are at their end. Fails with `import-damaged` where the document is not. */
  finish(): void {
    if (this.#base === 0) throw refuse('import-empty', this.#path, importReason('empty'))
    if (this.#state === state.end) return
    if (this.#state !== state.start || this.#skim.busy) {
      throw this.#damaged(0, this.#skim.inString ? 'breaks-off-in-text' : 'breaks-off')
    }
    throw refuse('import-damaged', this.#path, importReason('blank'))
  }

  /** One byte on the outer levels; begins a skim where a key or a bracketed value starts. */
  #step(byte: number, index: number): Scanned | undefined {
    switch (this.#state) {
      case state.end:
        if (!this.#options.many) throw this.#damaged(index, 'after-end')
        this.#listed = false
        return this.#start(byte, index)
      case state.start:
        return this.#start(byte, index)
      case state.key:
        if (byte === closeBrace) return this.#close(index)
        if (byte !== quote) throw this.#damaged(index, 'name-missing')
        this.#key.begin(index)
        this.#skim.begin()
        return undefined
      case state.colon:
        if (byte !== colon) throw this.#missing(index, ':')
        this.#state = state.value
        return undefined
      case state.value:
        return this.#value(byte, index)
      case state.next:
        if (byte === closeBrace) return this.#close(index)
        if (byte === comma) this.#state = state.key
        else if (isBracket(byte) || byte === quote) throw this.#missing(index, ',')
        return undefined
      case state.item:
        return this.#item(byte, index)
    }
  }

  #start(byte: number, index: number): undefined {
    const offset = this.#base + index
    if (offset < 3 && byte === byteOrderMark[offset]) return
    const { at } = this.#options
    if (byte === openBracket) {
      // A document that is a list has nothing under a key; it is only run over.
      if (at?.length) this.#skim.begin()
      else this.#enterList()
    } else if (byte === openBrace) {
      this.#open = 1
      this.#state = state.key
      if (!at?.length) this.#begin(index)
    } else {
      const utf16 = offset === 0 && (byte === 0xff || byte === 0xfe)
      throw utf16 ? refuse('import-damaged', this.#path, importReason('utf16')) : this.#damaged(index, 'no-list')
    }
  }

  /** The first byte of what stands after a key of an open object. */
  #value(byte: number, index: number): undefined {
    const { at } = this.#options
    const reached = !at?.length || this.#open === at.length
    this.#state = state.next
    if (this.#onPath && reached && byte === openBracket) {
      this.#enterList()
    } else if (this.#onPath && !reached && byte === openBrace) {
      this.#open++
      this.#state = state.key
    } else if (byte === openBracket || byte === openBrace || byte === quote) {
      if (this.#onPath && reached && at?.length && byte === openBrace) this.#begin(index)
      this.#skim.begin()
    } else if (byte === comma || isBracket(byte)) {
      throw this.#damaged(index, 'value-missing')
    }
  }

  /** One byte between the elements of the list, or of one that is neither text, object nor list. */
  #item(byte: number, index: number): Scanned | undefined {
    if (byte === closeBrace) throw this.#damaged(index, 'brackets')
    if (byte === closeBracket) {
      const last = this.#emit(index)
      this.#state = this.#open > 0 ? state.next : state.end
      return last
    }
    if (byte === comma) {
      return this.#emit(index) ?? { index: this.#index++, error: importReason('entry-missing') }
    }
    if (!this.#element.open) this.#begin(index)
    if (byte === quote || isBracket(byte)) this.#skim.begin()
    return undefined
  }

  /** What a skim has ended: a key, a value under a key, or a piece of an element, which lasts until the next comma or bracket. */
  #skimmed(index: number): Scanned | undefined {
    this.#deepest = Math.max(this.#deepest, this.#skim.deepest)
    if (this.#state === state.key) {
      this.#onPath = this.#wanted(this.#key.end(index))
      this.#state = state.colon
    } else if (this.#state === state.start) {
      this.#state = state.end
    } else if (this.#state === state.next && this.#options.at?.length) {
      return this.#emit(index)
    }
    return undefined
  }

  /** The end of an open object; the outermost is itself the one element where it held no list. */
  #close(index: number): Scanned | undefined {
    this.#open--
    this.#state = this.#open > 0 ? state.next : state.end
    return this.#open === 0 ? this.#emit(index + 1) : undefined
  }

  #begin(index: number): void {
    this.#element.begin(index)
    this.#deepest = 0
  }

  #enterList(): void {
    this.#element.drop()
    this.#listed = true
    this.#state = state.item
  }

  /** Hands out the element that ends before `index`, where one is open. */
  #emit(index: number): Scanned | undefined {
    if (!this.#element.open) return undefined
    const { limit, levels } = this.#options
    const size = this.#element.sizeAt(index)
    const bytes = this.#element.end(index)
    if (!bytes) return { index: this.#index++, error: importReason('entry-large', { size, limit }) }
    if (this.#deepest > levels) return { index: this.#index++, error: importReason('entry-deep', { levels }) }
    return { index: this.#index++, bytes, start: this.#base + index - size }
  }

  #wanted(key: Uint8Array | undefined): boolean {
    if (!key) return false
    const { at } = this.#options
    try {
      const name: unknown = JSON.parse(Buffer.from(key).toString())
      return typeof name === 'string' && (at?.length ? at[this.#open - 1] === name : usualKeys.has(name))
    } catch {
      return false
    }
  }

  #damaged(index: number, what: Damage): VivimError {
    return refuse('import-damaged', this.#place(), importReason(what, { byte: this.#base + index }))
  }

  #missing(index: number, mark: string): VivimError {
    return refuse('import-damaged', this.#place(), importReason('mark-missing', { mark, byte: this.#base + index }))
  }

  #place(): Place {
    const path = this.#path
    return this.#listed && this.#state !== state.end ? { path, entry: this.#index + 1 } : path
  }
}
