import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { VirtualizerHandle } from 'virtua'
import { type MessageId, splitUnitId, type UnitId } from '../../../node-core/contract/ids.ts'
import { useEntryState } from '../../app/entry-state.ts'
import { useText } from '../../app/language.tsx'
import { Empty } from '../../components/empty.tsx'
import { ErrorNotice, Notice } from '../../components/notice.tsx'
import type { Conversation } from '../../queries/conversation.ts'
import { useUnits } from '../../queries/units.ts'
import { RowActionsProvider } from './actions.ts'
import { ConversationMenu } from './conversation-menu.tsx'
import { Feed } from './feed.tsx'
import { FindBar } from './find-bar.tsx'
import { Head } from './head.tsx'
import { HeadSaid } from './head-said.tsx'
import { NoteList } from './note-list.tsx'
import { Outline } from './outline.tsx'
import { Panel } from './panel.tsx'
import type { Position } from './positions.ts'
import { PrintView } from './print-view.tsx'
import css from './reader.module.css'
import { rowsOf } from './rows.ts'
import { SelectionBar } from './selection-bar.tsx'
import { TalkRow } from './talk-row.tsx'
import { Toolbar } from './toolbar.tsx'
import { createTop, useTop } from './top.ts'
import { Lines } from './unit-row.tsx'
import { useChoosing } from './use-choosing.ts'
import { useFind } from './use-find.ts'
import { useGo } from './use-go.ts'
import { onTalkKey, useReaderKeys } from './use-keys.ts'
import { useMarks } from './use-marks.ts'
import { usePlace } from './use-place.ts'
import { useSaid } from './use-said.ts'
import type { Start } from './use-start.ts'
import { useTalkActions } from './use-talk-actions.ts'
import { useWidth } from './use-width.ts'

/** The pane is as wide as that, in rem, where the outline stands beside the talk. */
const roomForPanel = 50
let panelOpen = false
const noMessages: ReadonlySet<MessageId> = new Set()

/** A conversation that is there, as it is read. `goal`: the unit to go to. */
export function Talk(props: {
  conversation: Conversation
  leaf: MessageId | undefined
  position: Position | undefined
  goal: Start | undefined
  setLeaf: (leaf: MessageId | undefined, at?: UnitId) => void
  leading: ReactNode
}) {
  const { conversation, leaf, position, goal, setLeaf, leading } = props
  const text = useText()
  const path = useMemo(() => ({ conversation: conversation.id, leaf }), [conversation.id, leaf])
  const virtual = useRef<VirtualizerHandle>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const frame = useRef<HTMLElement>(null)
  const title = useRef<HTMLHeadingElement>(null)
  const [top] = useState(createTop)
  const [known, setKnown] = useState<number>()
  const [restored] = useState(position)
  const place = usePlace({ path, total: known, virtual, scroller, top, position: restored, start: goal?.index ?? 0 })
  const units = useUnits(path, place.pages)
  if (units.total !== undefined && units.total !== known) setKnown(units.total)

  const [opened, setOpened] = useState(noMessages)
  const [showHidden, setShowHidden] = useEntryState(`hidden ${conversation.id}`, false)
  const rows = useMemo(() => rowsOf(units, { opened, showHidden }), [units, opened, showHidden])
  const total = units.total ?? known ?? 0
  const jump = useGo({ path, total: known, virtual, scroller })
  const { go } = jump
  const choosing = useChoosing(path, (index) => rows.at(index).kind !== 'none')
  const said = useSaid(conversation.id)
  const [finding, setFinding] = useState(false)
  const [panel, setPanel] = useState(panelOpen)
  const [editing, setEditing] = useState(false)
  const [printing, setPrinting] = useState(false)
  const wide = useWidth(frame) >= roomForPanel
  const titled = useTop(top, (index) => index > 0)

  const reveal = useCallback((message: MessageId) => setOpened((before) => new Set(before).add(message)), [])
  const find = useFind(path, {
    open: finding,
    total,
    showHidden,
    top: () => top.index,
    show: ({ index }) => {
      const shown = scroller.current?.querySelector(`article[data-index="${index}"]`)
      if (!shown) void go(index).then(() => revealAt(index))
    },
  })
  const revealAt = (index: number) => {
    const unit = units.at(index)
    if (unit && rows.at(index).kind !== 'unit') reveal(unit.message)
  }
  useMarks(scroller, { query: finding ? find.query : '', match: find.match }, (pixels) => virtual.current?.scrollBy(pixels))

  const talk = useTalkActions({
    conversation,
    path,
    units,
    rows,
    total,
    pages: place.pages,
    choosing,
    jump,
    top: () => top.index,
    scrollTop: () => scroller.current?.scrollTo({ top: 0 }),
    setLeaf,
    setOpened,
  })
  const closeFind = () => {
    setFinding(false)
    const at = find.match?.index
    if (at === undefined) scroller.current?.focus({ preventScroll: true })
    else void go(at, { focus: true, align: 'nearest' })
  }
  const openFind = () => {
    // A second time the person means the browser’s own.
    if (finding && document.activeElement?.matches('[data-find]')) return false
    if (finding) document.querySelector<HTMLInputElement>('[data-find]')?.select()
    setFinding(true)
    return true
  }
  useReaderKeys({ find: openFind, print: () => setPrinting(true), rename: () => setEditing(true) })

  // A new goal: a link to a unit, from here or elsewhere.
  const goalUnit = goal?.unit
  const goalIndex = goal?.index
  const ready = known !== undefined
  useEffect(() => {
    if (goalUnit === undefined || goalIndex === undefined || !ready) return
    void go(goalIndex, { focus: true, mark: true })
    reveal(splitUnitId(goalUnit).message)
  }, [goalUnit, goalIndex, ready, go, reveal])

  const togglePanel = () => {
    panelOpen = !panel
    setPanel(!panel)
  }
  const { editor } = talk
  const keep = [jump.current, editor?.index].filter((index) => index !== undefined)
  const failed = units.total === undefined && units.error

  return (
    <RowActionsProvider value={talk.actions}>
      <section
        ref={frame}
        className={css.reader}
        aria-label={text('reader')}
        data-panel={panel && wide}
        data-choosing={choosing.chosen.size > 0}
        onCopy={talk.copied}
      >
        <Toolbar
          conversation={conversation}
          titled={titled}
          panel={panel}
          togglePanel={togglePanel}
          find={() => setFinding(true)}
          leading={leading}
          menu={
            <ConversationMenu
              conversation={conversation}
              leaf={units.leaf}
              showHidden={showHidden}
              setShowHidden={setShowHidden}
              setLeaf={setLeaf}
              rename={() => setEditing(true)}
              print={() => setPrinting(true)}
            />
          }
        />
        {finding && <FindBar finding={find} close={closeFind} />}
        <Feed
          virtual={virtual}
          scroller={scroller}
          total={total}
          busy={units.total === undefined}
          cache={restored && restored.total === total ? restored.cache : undefined}
          keep={keep}
          onScroll={place.onScroll}
          onKeyDown={(event) => onTalkKey(event, talk.keys)}
          head={
            <>
              <Head
                conversation={conversation}
                editing={editing}
                edit={(next) => {
                  setEditing(next)
                  if (!next) requestAnimationFrame(() => title.current?.focus({ preventScroll: true }))
                }}
                titleRef={title}
              >
                <HeadSaid conversation={conversation} said={said} editor={editor?.editor} />
              </Head>
              {goal && goal.index === undefined && <Notice kind="warning">{text('reader.unit-gone')}</Notice>}
              {failed && <ErrorNotice error={failed} again={units.again} />}
              {units.total === 0 && <Empty title={text('reader.empty.title')}>{text('reader.empty.text')}</Empty>}
              {units.total === undefined && !failed && [5, 2, 4, 1].map((seed) => <Lines key={seed} seed={seed} />)}
            </>
          }
        >
          {(index) => (
            <TalkRow
              index={index}
              row={rows.at(index)}
              total={total}
              source={conversation.source}
              choosing={choosing}
              current={jump.current === index}
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
            copy={talk.copyChosen}
            note={talk.noteChosen}
            save={talk.saveChosen}
            clear={choosing.clear}
          />
        )}
        {panel && (
          <Panel
            sheet={!wide}
            close={togglePanel}
            count={said.notes}
            outline={
              <Outline
                conversation={conversation.id}
                leaf={leaf}
                top={top}
                go={({ index }) => {
                  if (!wide) togglePanel()
                  void go(index, { focus: true, mark: true })
                }}
              />
            }
            notes={
              <NoteList
                go={(target) => {
                  if (!wide) togglePanel()
                  talk.goTo(target)
                }}
              />
            }
          />
        )}
        {printing && (
          <PrintView
            conversation={conversation}
            path={path}
            total={total}
            showHidden={showHidden}
            done={() => setPrinting(false)}
          />
        )}
      </section>
    </RowActionsProvider>
  )
}
