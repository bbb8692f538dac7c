import { useQueryClient } from '@tanstack/react-query'
import { type ClipboardEvent, type Dispatch, type SetStateAction, useLayoutEffect, useRef, useState } from 'react'
import { type MessageId, splitUnitId, type UnitId } from '../../../node-core/contract/ids.ts'
import { useClient } from '../../app/client-context.tsx'
import { useText } from '../../app/language.tsx'
import { isTyping } from '../../app/shortcuts.ts'
import { errorText } from '../../components/notice.tsx'
import { offer } from '../../components/save-file.ts'
import type { Conversation } from '../../queries/conversation.ts'
import type { Target } from '../../queries/notes.ts'
import { useSetTag } from '../../queries/tags.ts'
import { type LoadedUnits, loadPages, loadUnits, pageSize, placeOf, type UnitPath } from '../../queries/units.ts'
import type { Editor, RowActions } from './actions.ts'
import { useAnnounce } from './announce.tsx'
import { fileName } from './file-name.ts'
import { type Chosen, documentOf, markdownOf } from './markdown-text.ts'
import { numberOf, type Rows } from './rows.ts'
import { targetOf } from './selection.ts'
import { useSpeaker } from './speaker.ts'
import { addressOf, isUnit } from './use-address.ts'
import type { Choosing } from './use-choosing.ts'
import type { useGo } from './use-go.ts'
import type { TalkKeys } from './use-keys.ts'

interface TalkParts {
  conversation: Conversation
  path: UnitPath
  units: LoadedUnits
  rows: Rows
  total: number
  pages: readonly number[]
  choosing: Choosing
  jump: ReturnType<typeof useGo>
  top: () => number
  scrollTop: () => void
  setLeaf: (leaf: MessageId | undefined, at?: UnitId) => void
  setOpened: Dispatch<SetStateAction<ReadonlySet<MessageId>>>
}

/** Everything that a person can do with what is read. */
export function useTalkActions(parts: TalkParts) {
  const text = useText()
  const client = useClient()
  const queries = useQueryClient()
  const announce = useAnnounce()
  const speaker = useSpeaker(parts.conversation.source)
  const setTag = useSetTag(parts.conversation.id)
  const [editor, setEditor] = useState<{ editor: Editor; index: number | undefined }>()
  const { path, units, rows, total, pages, choosing, jump, top, setLeaf, setOpened, conversation } = parts
  const { go, current } = jump

  const refused = (error: unknown) => announce(errorText(error, text))
  const copy = (words: string, said: string) => navigator.clipboard.writeText(words).then(() => announce(said), refused)
  const at = (index: number): Chosen | undefined => {
    const unit = units.at(index)
    return unit && { unit, index }
  }
  /** The whole message that the unit at an index is of. */
  const messageAt = async (index: number): Promise<Chosen[]> => {
    const unit = units.at(index)
    if (!unit) return []
    const start = index - numberOf(unit)
    const all: Chosen[] = []
    for (let from = start; from < total; from += pageSize) {
      const some = await loadUnits(queries, client, path, from, Math.min(from + pageSize, total))
      const end = some.findIndex(({ message }) => message !== unit.message)
      all.push(...some.slice(0, end === -1 ? some.length : end).map((one, n) => ({ unit: one, index: from + n })))
      if (end !== -1) break
    }
    return all
  }
  const edit = (next: Editor) => {
    const { target } = next
    if (target === conversation.id) return setEditor({ editor: next, index: undefined })
    const unit = isUnit(target) ? target : (`${target}-0` as UnitId)
    void placeOf(client, path, unit).then((index) => {
      setEditor({ editor: next, index })
      void go(index, { align: 'nearest' })
    }, refused)
  }
  const goTo = (target: Target) => {
    if (target === conversation.id) return parts.scrollTop()
    const unit = isUnit(target) ? target : (`${target}-0` as UnitId)
    placeOf(client, path, unit).then(
      (index) => go(index, { focus: true, mark: true }),
      () => setLeaf(splitUnitId(unit).message, unit),
    )
  }
  const switchTo = (index: number, message: MessageId) => {
    // Everything on the screen is there before the path changes: what stands above stays where it is.
    void loadPages(queries, client, { conversation: conversation.id, leaf: message }, pages).then(() => {
      setLeaf(message)
      jump.focus(index)
    }, refused)
  }

  const actions: RowActions = {
    toggleFold: ({ messages, open }) =>
      setOpened((before) => {
        const next = new Set(before)
        for (const message of messages) open ? next.delete(message) : next.add(message)
        return next
      }),
    choose: (index, range) => {
      const one = at(index)
      if (one) choosing.choose(one, range)
    },
    chooseMessage: (index) => void messageAt(index).then(choosing.chooseAll, refused),
    focused: jump.setCurrent,
    switchTo,
    write: (target, note) => edit({ kind: 'note', target, ...(note ? { note } : {}) }),
    tag: (target) => edit({ kind: 'tag', target }),
    untag: (target, tag) => setTag.mutate({ targets: [target], tag, on: false }, { onError: refused }),
    closeEditor: () => {
      const index = editor?.index
      setEditor(undefined)
      if (index !== undefined) jump.focus(index)
    },
    copyMessage: (index) => void messageAt(index).then((all) => copy(markdownOf(all), text('reader.copied')), refused),
    copyLink: (unit) => {
      const leaf = path.leaf ? { leaf: path.leaf } : {}
      void copy(
        location.origin + addressOf(conversation.id, { ...(isUnit(unit) ? { unit } : {}), ...leaf }),
        text('reader.link.copied'),
      )
    },
    again: units.again,
  }
  const latest = useRef(actions)
  useLayoutEffect(() => {
    latest.current = actions
  })
  const [stable] = useState<RowActions>(() => lasting(latest))

  const unitsChosen = [...choosing.chosen.values()]
  const keys: TalkKeys = {
    move: (step, extend) => {
      const from = current ?? top()
      const next =
        step === 'first'
          ? rows.shown(0, 1)
          : step === 'last'
            ? rows.shown(total - 1, -1)
            : current === undefined
              ? rows.shown(from, 1)
              : rows.shown(from + step, step)
      if (next === undefined) return
      if (extend) {
        if (choosing.chosen.size === 0) actions.choose(from, false)
        actions.choose(next, true)
      }
      void go(next, { focus: true, align: typeof step === 'number' ? 'nearest' : 'start' })
    },
    choose: () => current !== undefined && actions.choose(current, false),
    branch: (step) => {
      const unit = units.at(current ?? top())
      const start = unit && (current ?? top()) - numberOf(unit)
      const siblings = start === undefined ? undefined : units.at(start)?.siblings
      if (!siblings || start === undefined) return false
      const to = step === 1 ? siblings.next : siblings.previous
      if (to) switchTo(start, to)
      return true
    },
    note: () => {
      const unit = units.at(current ?? -1)
      if (unit) edit({ kind: 'note', target: targetOf(choosing.chosen) ?? unit.id })
    },
    tag: () => {
      const unit = units.at(current ?? -1)
      if (unit) edit({ kind: 'tag', target: unit.id })
    },
    clear: () => {
      if (choosing.chosen.size === 0) return false
      choosing.clear()
      return true
    },
  }
  return {
    actions: stable,
    keys,
    editor,
    goTo,
    copyChosen: () => void copy(markdownOf(unitsChosen), text('reader.copied')),
    noteChosen: () => {
      const target = targetOf(choosing.chosen)
      if (target) edit({ kind: 'note', target })
    },
    saveChosen: () => {
      const name = conversation.title ?? text('reader.untitled')
      const document = documentOf(name, unitsChosen, speaker)
      offer(new Blob([document], { type: 'text/markdown' }), fileName(name, 'md'))
    },
    /** Copying without words marked copies the units that are chosen, else the one with the focus. */
    copied: (event: ClipboardEvent) => {
      if (isTyping(event.target) || !document.getSelection()?.isCollapsed) return
      const here = current === undefined ? undefined : at(current)
      const some = unitsChosen.length > 0 ? unitsChosen : here ? [here] : []
      if (some.length === 0) return
      event.preventDefault()
      event.clipboardData.setData('text/plain', markdownOf(some))
      announce(text('reader.copied'))
    },
  }
}

/** The same object for as long as the reader is open, which does what is meant at the moment. */
const lasting = (latest: { readonly current: RowActions }): RowActions => ({
  toggleFold: (fold) => latest.current.toggleFold(fold),
  choose: (index, range) => latest.current.choose(index, range),
  chooseMessage: (index) => latest.current.chooseMessage(index),
  focused: (index) => latest.current.focused(index),
  switchTo: (index, message) => latest.current.switchTo(index, message),
  write: (target, note) => latest.current.write(target, note),
  tag: (target) => latest.current.tag(target),
  untag: (target, tag) => latest.current.untag(target, tag),
  closeEditor: () => latest.current.closeEditor(),
  copyMessage: (index) => latest.current.copyMessage(index),
  copyLink: (unit) => latest.current.copyLink(unit),
  again: () => latest.current.again(),
})
