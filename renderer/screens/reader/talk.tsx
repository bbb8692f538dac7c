import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { VirtualizerHandle } from 'virtua'
import { type MessageId, splitUnitId, type UnitId } from '../../../node-core/contract/ids.ts'
import { useCommands } from '../../app/command-registry.ts'
import { useEntryState } from '../../app/entry-state.ts'
import { useHost } from '../../app/host-context.tsx'
import { useText } from '../../app/language.tsx'
import type { Conversation } from '../../queries/conversation.ts'
import { useUnits } from '../../queries/units.ts'
import { RowActionsProvider } from './actions.ts'
import { BrowserPrint } from './browser-print.tsx'
import { ConversationMenu } from './conversation-menu.tsx'
import { shownOf } from './edits.ts'
import { Feed } from './feed.tsx'
import { FindBar } from './find-bar.tsx'
import type { Chosen } from './markdown-text.ts'
import { Panel, usePanel } from './panel.tsx'
import type { Position } from './positions.ts'
import { PrintView } from './print-view.tsx'
import css from './reader.module.css'
import { rowsOf } from './rows.ts'
import { SelectionBar } from './selection-bar.tsx'
import { TalkHead } from './talk-head.tsx'
import { talkKeys } from './talk-keys.ts'
import { TalkRow } from './talk-row.tsx'
import { Toolbar } from './toolbar.tsx'
import { createTop, useTop } from './top.ts'
import { useChoosing } from './use-choosing.ts'
import { useChosen } from './use-chosen.ts'
import { useFinding } from './use-finding.ts'
import { useGo } from './use-go.ts'
import { onTalkKey, useReaderKeys } from './use-keys.ts'
import { usePlace } from './use-place.ts'
import { useRowActionsOf } from './use-row-actions.ts'
import { useSaid } from './use-said.ts'
import type { Start } from './use-start.ts'

const noMessages: ReadonlySet<MessageId> = new Set()

/** A conversation that is there, as it is read. `position`: where it was left; `goal`: the unit to go to. */
export function Talk(props: {
  conversation: Conversation
  leaf: MessageId | undefined
  position: Position | undefined
  goal: Start | undefined
  setLeaf: (leaf: MessageId | undefined, at?: UnitId) => void
  leading: ReactNode
}) {
  const { conversation, leaf, goal, setLeaf, leading } = props
  const text = useText()
  const path = useMemo(() => ({ conversation: conversation.id, leaf }), [conversation.id, leaf])
  const virtual = useRef<VirtualizerHandle>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const frame = useRef<HTMLElement>(null)
  const [top] = useState(createTop)
  const topNow = useCallback(() => top.index, [top])
  const [position] = useState(props.position)
  const [known, setKnown] = useState<number>()
  const place = usePlace({ path, total: known, virtual, scroller, top, position, start: goal?.index ?? 0 })
  const units = useUnits(path, place.pages)
  if (units.total !== undefined && units.total !== known) setKnown(units.total)
  const total = units.total ?? known ?? 0

  const [opened, setOpened] = useState(noMessages)
  const [showHidden, setShowHidden] = useEntryState(`hidden ${conversation.id}`, false)
  const rows = useMemo(() => rowsOf(units, { opened, showHidden }), [units, opened, showHidden])
  const reveal = useCallback((message: MessageId) => setOpened((before) => new Set(before).add(message)), [])
  const jump = useGo({ path, total: known, virtual, scroller })
  const choosing = useChoosing(path, (index) => rows.at(index).kind === 'unit')
  const said = useSaid(conversation.id)
  const finding = useFinding({ path, total, units, rows, showHidden, top: topNow, reveal, jump, virtual, scroller })
  const scrollTop = () => scroller.current?.scrollTo({ top: 0 })
  const shown = ({ unit, index }: Chosen): Chosen => ({ unit: shownOf(unit, said.editsOf(unit.id)), index })
  const { actions, editor, goTo, copy } = useRowActionsOf({
    conversation,
    shown,
    path,
    units,
    total,
    pages: place.pages,
    choosing,
    jump,
    scrollTop,
    setLeaf,
    setOpened,
  })
  const { current } = jump
  const hereUnit = current === undefined ? undefined : units.at(current)
  const here = hereUnit && current !== undefined ? { unit: hereUnit, index: current } : undefined
  const chosen = useChosen({ conversation, choosing, actions, here, copy, shown })
  const keys = talkKeys({ units, rows, total, choosing, jump, actions, top: topNow })

  const [editing, setEditing] = useState(false)
  const [printing, setPrinting] = useState<'print' | 'pdf'>()
  const host = useHost()
  const panel = usePanel(frame)
  const titled = useTop(top, (index) => index > 0)
  const print = () => setPrinting('print')
  const pdf = host.offers('page.pdf') ? () => setPrinting('pdf') : undefined
  const rename = () => {
    scrollTop()
    setEditing(true)
  }
  useReaderKeys({ find: finding.show, print, rename })
  useCommands({ find: finding.show, print, rename, ...(pdf && { pdf }) })

  const ready = known !== undefined
  const { go } = jump
  const goalUnit = goal?.unit
  const goalIndex = goal?.index
  useEffect(() => {
    if (goalUnit === undefined || goalIndex === undefined || !ready) return
    reveal(splitUnitId(goalUnit).message)
    void go(goalIndex, { focus: true, mark: true })
  }, [goalUnit, goalIndex, ready, go, reveal])

  return (
    <RowActionsProvider value={actions}>
      <section
        ref={frame}
        className={css.reader}
        aria-label={text('reader')}
        data-panel={panel.open && panel.beside}
        data-choosing={choosing.chosen.size > 0}
        onCopy={chosen.copied}
      >
        <Toolbar
          conversation={conversation}
          titled={titled}
          panel={panel.open}
          togglePanel={panel.toggle}
          find={finding.show}
          leading={leading}
          menu={
            <ConversationMenu
              conversation={conversation}
              leaf={units.leaf}
              showHidden={showHidden}
              setShowHidden={setShowHidden}
              setLeaf={setLeaf}
              rename={rename}
              print={print}
              pdf={pdf}
            />
          }
        />
        {finding.open && <FindBar finding={finding.find} close={finding.close} />}
        <Feed
          virtual={virtual}
          scroller={scroller}
          total={total}
          busy={units.total === undefined}
          cache={position && position.total === total ? position.cache : undefined}
          keep={[current, editor?.index].filter((index) => index !== undefined)}
          onScroll={place.onScroll}
          onKeyDown={(event) => onTalkKey(event, keys)}
          head={
            <TalkHead
              conversation={conversation}
              units={units}
              total={units.total ?? known}
              said={said}
              editor={editor?.editor}
              editing={editing}
              edit={setEditing}
              goneUnit={goal !== undefined && goal.index === undefined}
            />
          }
        >
          {(index) => (
            <TalkRow
              index={index}
              row={rows.at(index)}
              total={total}
              source={conversation.source}
              choosing={choosing}
              current={current === index}
              marked={jump.marked === index}
              said={said}
              editor={editor?.index === index ? editor.editor : undefined}
              failed={units.error !== null}
            />
          )}
        </Feed>
        {choosing.chosen.size > 0 && (
          <SelectionBar
            units={[...choosing.chosen.keys()]}
            copy={chosen.copyChosen}
            note={chosen.noteChosen}
            edit={chosen.editChosen}
            save={chosen.saveChosen}
            clear={() => {
              choosing.clear()
              // The bar goes, and the keys go back to where they choose from.
              jump.focus(current ?? topNow())
            }}
          />
        )}
        {panel.open && (
          <Panel
            panel={panel}
            path={path}
            top={top}
            notes={said.notes}
            go={({ index }) => void go(index, { focus: true, mark: true })}
            goTo={goTo}
          />
        )}
        <BrowserPrint conversation={conversation} units={units} said={said} showHidden={showHidden} />
        {printing && (
          <PrintView
            conversation={conversation}
            path={path}
            total={total}
            said={said}
            showHidden={showHidden}
            how={printing}
            done={() => setPrinting(undefined)}
          />
        )}
      </section>
    </RowActionsProvider>
  )
}
