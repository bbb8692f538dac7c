import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useCallback, useState } from 'react'
import { useLocation } from 'wouter'
import type { ConversationId } from '../../../node-core/contract/ids.ts'
import { chunk } from '../../app/chunk.tsx'
import { useText } from '../../app/language.tsx'
import { Confirm } from '../../components/confirm.tsx'
import { ErrorNotice } from '../../components/notice.tsx'
import { summaryIn, useDelete, useMark } from '../../queries/conversations.ts'
import type { Entry } from './entries.ts'
import { forgetOpened } from './recent.ts'

const menu = chunk(() => import('./row-menu.tsx'))
/** Loads the menu before it is asked for. */
export const beginMenu = menu.begin

/** Something that was just done, in words, and how to take it back. */
export interface Told {
  readonly words: string
  readonly undo?: () => void
}

export interface Actions {
  /** Does what a key means for the entry; false where it means nothing. */
  press(key: string, entry: Entry): boolean
  openMenu(entry: Entry, button: HTMLElement): void
  /** The menu and the question, where one is open. */
  readonly element: ReactNode
}

/** What can be done with a conversation of the list. `gone`: one may have left the list by it. */
export function useActions(parts: { open: ConversationId | undefined; tell: (told: Told) => void; gone: () => void }): Actions {
  const { open, tell, gone } = parts
  const text = useText()
  const queries = useQueryClient()
  const [, go] = useLocation()
  const { mutate: mark } = useMark()
  const remove = useDelete()
  const [over, setOver] = useState<{ entry: Entry; button: HTMLElement }>()
  // From the first time on it stays, so that it can give the focus back when it closes.
  const [used, setUsed] = useState(false)
  const [asked, setAsked] = useState<Entry>()
  const stateOf = useCallback((entry: Entry) => summaryIn(queries, entry.id) ?? entry.summary, [queries])

  const star = useCallback(
    (entry: Entry) => {
      const starred = !stateOf(entry)?.starred
      mark({ id: entry.id, starred })
      tell({ words: text(starred ? 'library.told.starred' : 'library.told.unstarred') })
    },
    [mark, stateOf, tell, text],
  )
  const archive = useCallback(
    (entry: Entry) => {
      const archived = !stateOf(entry)?.archived
      mark({ id: entry.id, archived })
      tell({
        words: text(archived ? 'library.told.archived' : 'library.told.unarchived'),
        undo: () => {
          mark({ id: entry.id, archived: !archived })
          tell({ words: text('library.told.undone') })
        },
      })
      gone()
    },
    [mark, stateOf, tell, text, gone],
  )
  const press = useCallback(
    (key: string, entry: Entry) => {
      if (key === 's') star(entry)
      else if (key === 'e') archive(entry)
      else if (key === 'Delete' || key === 'Backspace') setAsked(entry)
      else return false
      return true
    },
    [star, archive],
  )
  const openMenu = useCallback((entry: Entry, button: HTMLElement) => {
    setUsed(true)
    setOver({ entry, button })
  }, [])
  const erase = (entry: Entry) =>
    remove.mutate(entry.id, {
      onSuccess: () => {
        setAsked(undefined)
        forgetOpened(entry.id)
        tell({ words: text('library.told.deleted') })
        if (entry.id === open) go('/')
        gone()
      },
    })

  const now = over && stateOf(over.entry)
  const element = (
    <>
      {used && (
        <menu.Part
          at={over?.button}
          starred={now?.starred ?? false}
          archived={now?.archived ?? false}
          act={(key) => over && press(key, over.entry)}
          close={() => setOver(undefined)}
        />
      )}
      {asked && (
        <Confirm
          title={text('library.delete.title')}
          action={text('library.delete.action')}
          danger
          busy={remove.isPending}
          confirm={() => erase(asked)}
          close={() => setAsked(undefined)}
        >
          <p dir="auto">
            <strong>{asked.title ?? text('library.untitled')}</strong>
          </p>
          <p>{text('library.delete.text')}</p>
          {remove.error && <ErrorNotice error={remove.error} />}
        </Confirm>
      )}
    </>
  )
  return { press, openMenu, element }
}
