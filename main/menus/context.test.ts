import { describe, expect, it } from 'vitest'
import { wordsFor } from '../messages/index.ts'
import { type Chosen, contextTemplate, type Under } from './context.ts'

const flags = {
  canUndo: true,
  canRedo: false,
  canCut: true,
  canCopy: true,
  canPaste: true,
  canDelete: true,
  canSelectAll: true,
  canEditRichly: false,
}
const nothing: Under = {
  isEditable: false,
  editFlags: flags,
  selectionText: '',
  linkURL: '',
  mediaType: 'none',
  hasImageContents: false,
  srcURL: '',
  misspelledWord: '',
  dictionarySuggestions: [],
}
function open(under: Partial<Under>) {
  const chosen: Chosen[] = []
  const items = contextTemplate(wordsFor(['en']), { ...nothing, ...under }, (one) => chosen.push(one))
  const click = (id: string) => {
    items.find((item) => item.id === id)?.click?.call(undefined as never, {} as never, undefined, {} as never)
    return chosen.at(-1)
  }
  return { items, click, names: items.map(({ id, role, type }) => id ?? role ?? type) }
}

describe('the menu of a right click', () => {
  it('offers nothing where there is nothing', () => {
    expect(open({}).items).toEqual([])
    expect(open({ selectionText: ' \n ' }).items).toEqual([])
  })

  it('edits text fields, and corrects what is misspelt', () => {
    const { names, items, click } = open({
      isEditable: true,
      misspelledWord: 'teh',
      dictionarySuggestions: ['the', 'a', 'b', 'c', 'd', 'e'],
    })
    expect(names.filter((name) => name === 'replace')).toHaveLength(5)
    expect(names).toEqual(expect.arrayContaining(['learn', 'undo', 'cut', 'copy', 'paste', 'pasteAndMatchStyle', 'selectAll']))
    expect(items.find(({ role }) => role === 'redo')?.enabled).toBe(false)
    expect(click('replace')).toEqual({ do: 'replace', word: 'the' })
    expect(click('learn')).toEqual({ do: 'learn', word: 'teh' })
    expect(names).not.toContain('search')
  })

  it('copies what is selected, and looks for it in the library', () => {
    const long = `night & day ${'x'.repeat(300)}`
    const { names, items, click } = open({ selectionText: `  ${long}` })
    expect(names).toEqual(['copy', 'separator', 'search'])
    expect(items.at(-1)?.label).toBe(`Search the library for “night && day ${'x'.repeat(18)}…”`)
    expect(click('search')).toEqual({ do: 'search', words: long.slice(0, 200) })
  })

  it('opens links of the page in a window, others outside, and dangerous ones not at all', () => {
    expect(open({ linkURL: 'app://vivim/c/1' }).names).toEqual(['open-window'])
    const { names, click } = open({ linkURL: 'https://example.org/' })
    expect(names).toEqual(['open-outside', 'copy-link'])
    expect(click('open-outside')).toEqual({ do: 'open-outside', url: 'https://example.org/' })
    for (const linkURL of ['file:///etc/passwd', 'javascript:alert(1)', 'vivim://open/x', 'smb://host/'])
      expect(open({ linkURL }).items, linkURL).toEqual([])
  })

  it('copies and saves images', () => {
    const { names, click } = open({ mediaType: 'image', hasImageContents: true, srcURL: 'blob:app://vivim/1' })
    expect(names).toEqual(['copy-image', 'save-image'])
    expect(click('copy-image')).toEqual({ do: 'copy-image' })
    expect(click('save-image')).toEqual({ do: 'save-image', url: 'blob:app://vivim/1' })
    expect(open({ mediaType: 'image', hasImageContents: false }).items).toEqual([])
  })
})
