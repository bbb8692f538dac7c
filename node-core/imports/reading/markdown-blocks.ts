/** Blocks of Markdown, one below the other, inside lists and quotes. */

interface Container {
  readonly tag: 'ul' | 'ol' | 'blockquote'
  /** Number of the next item. */
  next: number
  /** The marker of the item that begins, until its first block has taken it. */
  marker: string
  /** Width of the current item's marker: what its further lines are indented by. */
  width: number
  /** Whether it has an item already. */
  began: boolean
}

/** Containers that can be open at once; deeper ones are ignored, for every line carries a prefix of all. */
const deepest = 12

export class MarkdownBlocks {
  #blocks: string[] = []
  #containers: Container[] = []
  /** The outermost list that the last block stood in. */
  #lastList: Container | undefined

  open(tag: Container['tag'], start: number): void {
    if (this.#containers.length < deepest) this.#containers.push({ tag, next: start, marker: '', width: 0, began: false })
  }

  close(tag: Container['tag']): void {
    const at = this.#containers.findLastIndex((container) => container.tag === tag)
    if (at >= 0) this.#containers.length = at
  }

  /** The next block begins an item of the innermost list. */
  item(): void {
    let list = this.#containers.findLast((container) => container.tag !== 'blockquote')
    if (!list) {
      this.open('ul', 1)
      list = this.#containers.at(-1)
    }
    if (!list) return
    list.marker = list.tag === 'ol' ? `${list.next++}. ` : '- '
    list.width = list.marker.length
  }

  add(block: string): void {
    let first = ''
    let rest = ''
    let begins = false
    const list = this.#containers.find((container) => container.tag !== 'blockquote')
    for (const container of this.#containers) {
      if (container.tag === 'blockquote') {
        first += '> '
        rest += '> '
        continue
      }
      // Right below another item no blank line is needed, unless a number that is not 1 would read as that item's text.
      begins ||= container.marker !== '' && (container.tag === 'ul' || container.began || container.marker === '1. ')
      container.began ||= container.marker !== ''
      first += container.marker || ' '.repeat(container.width)
      rest += ' '.repeat(container.width)
      container.marker = ''
    }
    if (this.#blocks.length > 0) this.#blocks.push(begins && list === this.#lastList ? '\n' : '\n\n')
    this.#lastList = list
    this.#blocks.push(first, rest === '' ? block : block.replaceAll('\n', `\n${rest}`))
  }

  take(): string {
    return this.#blocks.join('')
  }
}
