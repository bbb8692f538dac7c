/** What a right click offers, from what is under it. Pure. */
import type { ContextMenuParams, MenuItemConstructorOptions } from 'electron'
import type { Words } from '../messages/index.ts'
import { mayNavigate, mayOpenOutside } from '../windows/policy.ts'
import { escaped } from './template.ts'

export type Under = Pick<
  ContextMenuParams,
  | 'isEditable'
  | 'editFlags'
  | 'selectionText'
  | 'linkURL'
  | 'mediaType'
  | 'hasImageContents'
  | 'srcURL'
  | 'misspelledWord'
  | 'dictionarySuggestions'
>

/** What is chosen, and not how it is done. */
export type Chosen =
  | { readonly do: 'replace' | 'learn'; readonly word: string }
  | { readonly do: 'search'; readonly words: string }
  | { readonly do: 'open-window' | 'open-outside' | 'copy-link' | 'save-image'; readonly url: string }
  | { readonly do: 'copy-image' }

type Item = MenuItemConstructorOptions
const mostGuesses = 5
/** So much of a selection is shown, and so much of it is searched for. */
const shown = 30
const searched = 200

/** Empty where there is nothing to offer: then no menu opens. */
export function contextTemplate(words: Words, under: Under, act: (chosen: Chosen) => void): Item[] {
  const groups = [
    spelling(words, under, act),
    link(words, under, act),
    image(words, under, act),
    editing(words, under),
    search(words, under, act),
  ]
  return groups
    .filter((group) => group.length > 0)
    .flatMap((group, at): Item[] => (at === 0 ? group : [{ type: 'separator' }, ...group]))
}

function spelling(words: Words, { misspelledWord, dictionarySuggestions }: Under, act: (chosen: Chosen) => void): Item[] {
  if (misspelledWord === '') return []
  return [
    ...dictionarySuggestions
      .slice(0, mostGuesses)
      .map((word): Item => ({ id: 'replace', label: escaped(word), click: () => act({ do: 'replace', word }) })),
    {
      id: 'learn',
      label: escaped(words('context.learn', { word: misspelledWord })),
      click: () => act({ do: 'learn', word: misspelledWord }),
    },
  ]
}

function link(words: Words, { linkURL: url }: Under, act: (chosen: Chosen) => void): Item[] {
  // The page's own addresses mean nothing elsewhere, so they are not copied.
  if (mayNavigate(url))
    return [{ id: 'open-window', label: words('context.new-window'), click: () => act({ do: 'open-window', url }) }]
  if (!mayOpenOutside(url)) return []
  return [
    { id: 'open-outside', label: words('context.open-link'), click: () => act({ do: 'open-outside', url }) },
    { id: 'copy-link', label: words('context.copy-link'), click: () => act({ do: 'copy-link', url }) },
  ]
}

function image(words: Words, { mediaType, hasImageContents, srcURL: url }: Under, act: (chosen: Chosen) => void): Item[] {
  if (mediaType !== 'image' || !hasImageContents) return []
  return [
    { id: 'copy-image', label: words('context.copy-image'), click: () => act({ do: 'copy-image' }) },
    { id: 'save-image', label: words('context.save-image'), click: () => act({ do: 'save-image', url }) },
  ]
}

function editing(words: Words, { isEditable, editFlags, selectionText }: Under): Item[] {
  const { canCut, canCopy, canPaste, canSelectAll, canUndo, canRedo } = editFlags
  if (!isEditable) return selectionText.trim() === '' ? [] : [{ role: 'copy', label: words('role.copy'), enabled: canCopy }]
  return [
    { role: 'undo', label: words('role.undo'), enabled: canUndo },
    { role: 'redo', label: words('role.redo'), enabled: canRedo },
    { type: 'separator' },
    { role: 'cut', label: words('role.cut'), enabled: canCut },
    { role: 'copy', label: words('role.copy'), enabled: canCopy },
    { role: 'paste', label: words('role.paste'), enabled: canPaste },
    { role: 'pasteAndMatchStyle', label: words('role.paste-plain'), enabled: canPaste },
    { role: 'selectAll', label: words('role.select-all'), enabled: canSelectAll },
  ]
}

function search(words: Words, { isEditable, selectionText }: Under, act: (chosen: Chosen) => void): Item[] {
  const chosen = [...selectionText.replaceAll(/\s+/g, ' ').trim()]
  if (isEditable || chosen.length === 0) return []
  const first = chosen.slice(0, shown).join('') + (chosen.length > shown ? '…' : '')
  return [
    {
      id: 'search',
      label: escaped(words('context.search', { words: first })),
      click: () => act({ do: 'search', words: chosen.slice(0, searched).join('') }),
    },
  ]
}
