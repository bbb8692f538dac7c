import { useQueryClient } from '@tanstack/react-query'
import { type Dispatch, type SetStateAction, useLayoutEffect, useRef, useState } from 'react'
import { type MessageId, splitUnitId, type UnitId } from '../../../node-core/contract/ids.ts'
import { useClient } from '../../app/client-context.tsx'
import { useHost } from '../../app/host-context.tsx'
import { useText } from '../../app/language.tsx'
import { copyText } from '../../components/copy-text.ts'
import { errorText } from '../../components/notice.tsx'
import type { Conversation } from '../../queries/conversation.ts'
import { type Target, useBeginEdit } from '../../queries/notes.ts'
import { useSetTag } from '../../queries/tags.ts'
import { type LoadedUnits, loadPages, loadUnits, pageSize, placeOf, type UnitPath } from '../../queries/units.ts'
import type { Editor, RowActions } from './actions.ts'
import { useAnnounce } from './announce.tsx'
import { isEditable } from './edits.ts'
import { type Chosen, markdownOf } from './markdown-text.ts'
import { numberOf } from './rows.ts'
import { addressOf, isUnit } from './use-address.ts'
import type { Choosing } from './use-choosing.ts'
import type { useGo } from './use-go.ts'

export interface RowActionParts {
  conversation: Conversation
  /** As the person reads it. */
  shown: (one: Chosen) => Chosen
  path: UnitPath
  units: LoadedUnits
  total: number
  /** Pages that are on the screen. */
  pages: readonly number[]
  choosing: Choosing
  jump: ReturnType<typeof useGo>
  scrollTop: () => void
  setLeaf: (leaf: MessageId | undefined, at?: UnitId) => void
  setOpened: Dispatch<SetStateAction<ReadonlySet<MessageId>>>
}

/** What the rows of the talk can ask for, and what is being written. */
export function useRowActionsOf(parts: RowActionParts) {
  const { conversation, shown, path, units, total, pages, choosing, jump, scrollTop, setLeaf, setOpened } = parts
  const text = useText()
  const client = useClient()
  const host = useHost()
  const queries = useQueryClient()
  const announce = useAnnounce()
  const setTag = useSetTag(conversation.id)
  const begin = useBeginEdit(conversation.id)
  const [editor, setEditor] = useState<{ editor: Editor; index: number | undefined }>()
  /** For messages whose branch was left, where it was read to: that is what one comes back to. */
  const left = useRef(new Map<MessageId, MessageId>())
  const refused = (error: unknown) => announce(errorText(error, text))
  const copy = async (words: string, said: string) => announce((await copyText(words)) ? said : text('app.copy.refused'))

  /** The whole message that the unit at an index is of. */
  const messageAt = async (index: number): Promise<Chosen[]> => {
    const unit = units.at(index)
    const all: Chosen[] = []
    if (!unit) return all
    for (let from = index - numberOf(unit); from < total; from += pageSize) {
      const some = await loadUnits(queries, client, path, from, Math.min(from + pageSize, total))
      const end = some.findIndex(({ message }) => message !== unit.message)
      all.push(...some.slice(0, end === -1 ? some.length : end).map((one, n) => ({ unit: one, index: from + n })))
      if (end !== -1) break
    }
    return all
  }
  const edit = (next: Editor) => {
    const { target } = next
    if (target === conversation.id) {
      scrollTop()
      return setEditor({ editor: next, index: undefined })
    }
    placeOf(client, path, unitOf(target)).then((index) => {
      setEditor({ editor: next, index })
      void jump.go(index, { align: 'nearest' })
    }, refused)
  }
  /** Goes to what a note is about, in whatever branch it is. */
  const goTo = (target: Target) => {
    if (target === conversation.id) return scrollTop()
    const unit = unitOf(target)
    placeOf(client, path, unit).then(
      (index) => jump.go(index, { focus: true, mark: true }),
      () => setLeaf(splitUnitId(unit).message, unit),
    )
  }

  const actions: RowActions = {
    toggleFold: ({ messages, open }) =>
      setOpened((before) => {
        const next = new Set(before)
        for (const message of messages) {
          if (open) next.delete(message)
          else next.add(message)
        }
        return next
      }),
    choose: (index, range) => {
      const unit = units.at(index)
      if (unit) choosing.choose({ unit, index }, range)
    },
    chooseMessage: (index) => void messageAt(index).then(choosing.chooseAll, refused),
    focused: jump.focused,
    // Everything on the screen is there before the path changes: what stands above stays where it is.
    switchTo: (index, message) => {
      const from = document.activeElement
      const before = units.at(index)?.message
      if (before && units.leaf) left.current.set(before, units.leaf)
      const leaf = left.current.get(message) ?? message
      loadPages(queries, client, { conversation: conversation.id, leaf }, pages).then(() => {
        setLeaf(leaf)
        jump.focus(index, from)
      }, refused)
    },
    write: (target, note) => edit({ kind: 'note', target, ...(note ? { note } : {}) }),
    edit: (unit) => {
      if (!isEditable(unit)) return
      begin(unit.id).then((note) => edit({ kind: 'edit', target: unit.id, note }), refused)
    },
    tag: (target) => edit({ kind: 'tag', target }),
    untag: (target, tag) =>
      setTag.mutate(
        { targets: [target], tag, on: false },
        { onSuccess: () => announce(text('reader.untagged')), onError: refused },
      ),
    closeEditor: (returns = true) => {
      const index = editor?.index
      setEditor(undefined)
      if (index !== undefined && returns) jump.focus(index)
    },
    copyMessage: (index) => void messageAt(index).then((all) => copy(markdownOf(all.map(shown)), text('reader.copied')), refused),
    copyLink: (unit) => {
      const place = { ...(isUnit(unit) ? { unit } : {}), ...(path.leaf ? { leaf: path.leaf } : {}) }
      void copy(host.linkTo(addressOf(conversation.id, place)), text('reader.link.copied'))
    },
    again: units.again,
  }
  const latest = useRef(actions)
  useLayoutEffect(() => {
    latest.current = actions
  })
  const [stable] = useState(() => lasting(latest))
  return { actions: stable, editor, goTo, copy }
}

/** The unit at which something is shown that is about a message or a unit. */
const unitOf = (target: Target): UnitId => (isUnit(target) ? target : (`${target}-0` as UnitId))

/** The same object for as long as the reader is open, which does what is meant at the moment. */
const lasting = (latest: { readonly current: RowActions }): RowActions => ({
  toggleFold: (fold) => latest.current.toggleFold(fold),
  choose: (index, range) => latest.current.choose(index, range),
  chooseMessage: (index) => latest.current.chooseMessage(index),
  focused: (index) => latest.current.focused(index),
  switchTo: (index, message) => latest.current.switchTo(index, message),
  write: (target, note) => latest.current.write(target, note),
  edit: (unit) => latest.current.edit(unit),
  tag: (target) => latest.current.tag(target),
  untag: (target, tag) => latest.current.untag(target, tag),
  closeEditor: (returns) => latest.current.closeEditor(returns),
  copyMessage: (index) => latest.current.copyMessage(index),
  copyLink: (unit) => latest.current.copyLink(unit),
  again: () => latest.current.again(),
})
