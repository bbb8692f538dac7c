import {
  Combobox,
  ComboboxGroup,
  ComboboxGroupLabel,
  ComboboxItem,
  ComboboxList,
  ComboboxProvider,
  Dialog,
  useDialogStore,
} from '@ariakit/react'
import {
  AppWindow,
  ArrowRight,
  CornerDownLeft,
  type LucideIcon,
  MessageSquareText,
  Search,
  Settings,
  SunMoon,
  Zap,
} from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import type { ConversationId } from '../../../node-core/contract/ids.ts'
import { appCommands, type Command, commands } from '../../app/commands.ts'
import { takeKeys } from '../../app/held-keys.ts'
import { useHost } from '../../app/host-context.tsx'
import { useText } from '../../app/language.tsx'
import { usePreference } from '../../app/preferences-context.tsx'
import dialog from '../../components/dialog.module.css'
import { Marked } from '../../components/marked.tsx'
import { plainWords } from '../../components/plain-words.ts'
import { sourceNames } from '../../components/source-name.ts'
import { usePaced } from '../../components/use-paced.ts'
import { useSummary } from '../../queries/conversations.ts'
import { useFirstWords } from '../../queries/first-words.ts'
import { longestQuery, useHits } from '../../queries/search.ts'
import { useRecentlyOpened } from '../library/recent.ts'
import { addressOf, type Found, foundOf } from './found.ts'
import { handWords } from './handed.ts'
import { matchCommands } from './match-commands.ts'
import css from './palette.module.css'
import { rememberSearch } from './recent.ts'

/** Typing asks the node at this pace, in milliseconds. */
const pace = 50
const mostFound = 7

/** Search and commands from anywhere. */
export default function Palette({ close }: { close: () => void }) {
  const text = useText()
  const host = useHost()
  const [, go] = useLocation()
  const [, change] = usePreference()
  // Gone only when it is hidden, and the focus back where it was.
  const store = useDialogStore({ defaultOpen: true, setMounted: (mounted) => !mounted && close() })
  const [words, setWords] = useState('')
  const asked = usePaced(words.trim(), pace)
  const hits = useHits({ q: asked }, 20)
  const recent = useRecentlyOpened()
  const typed = words.trim()
  const found = useMemo(
    () => (typed === '' ? [] : foundOf(hits.data?.pages[0]?.items ?? []).filter(({ conversation }) => conversation)),
    [hits.data, typed],
  )
  const { named, others } = useMemo(
    () => matchCommands(host.offers('commands.do') ? [...commands, ...appCommands] : commands, typed, text),
    [host, typed, text],
  )

  const leaveTo = (address: string) => {
    store.hide()
    go(address)
  }
  const run = (command: Command) => {
    store.hide()
    command.act({ host, go, change })
  }
  const everywhere = () => {
    handWords(typed)
    rememberSearch(typed)
    leaveTo('/search')
  }
  const openFound = ({ conversation, hits: [hit] }: Found) => {
    rememberSearch(typed)
    leaveTo(addressOf(conversation, hit) ?? '/')
  }

  // Enter is for the first answer to what was typed, and waits where what stands there answers earlier words.
  const awaited = typed !== '' && (asked !== typed || hits.isPlaceholderData || hits.isLoading)
  const owed = useRef(false)
  const chosen = useRef(false)
  const type = (next: string) => {
    owed.current = false
    chosen.current = false
    setWords(next)
  }
  const onFieldKey = (event: KeyboardEvent) => {
    if (event.key.startsWith('Arrow')) chosen.current = true
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
    if (!awaited || chosen.current || named.length > 0) return
    event.preventDefault()
    event.stopPropagation()
    owed.current = true
  }
  const takeHeld = () => {
    const held = takeKeys()
    if (held.words === '') return
    type(held.words.slice(0, longestQuery))
    owed.current = held.enter
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the answer has come.
  useEffect(() => {
    if (awaited || !owed.current) return
    owed.current = false
    if (named[0]) run(named[0])
    else if (found[0]) openFound(found[0])
    else if (others[0]) run(others[0])
    else everywhere()
  }, [awaited])
  return (
    <Dialog
      store={store}
      aria-label={text('search.palette')}
      className={css.palette}
      backdrop={<div className={dialog['backdrop']} />}
      onKeyDown={(event) => {
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
          event.preventDefault()
          store.hide()
        }
      }}
    >
      <ComboboxProvider open includesBaseElement={false} value={words} setValue={type}>
        <div className={css.field} onKeyDownCapture={onFieldKey}>
          <Search size={20} strokeWidth={1.75} aria-hidden />
          <Combobox
            autoSelect="always"
            autoFocus
            onFocus={takeHeld}
            className={css.input}
            aria-label={text('search.palette.field')}
            placeholder={text('search.palette.field')}
            dir={words === '' ? undefined : 'auto'}
            maxLength={longestQuery}
            autoComplete="none"
            spellCheck={false}
            enterKeyHint="go"
          />
        </div>
        <ComboboxList alwaysVisible className={css.list} aria-label={text('search.palette')}>
          <Group name={text('search.palette.commands')} shown={typed !== '' && named.length > 0}>
            {named.map((command) => (
              <CommandItem key={command.id} command={command} run={run} />
            ))}
          </Group>
          <Group name={text('search.palette.recent')} shown={typed === '' && recent.length > 0}>
            {recent.slice(0, 5).map((id) => (
              <RecentItem key={id} id={id} open={() => leaveTo(`/c/${id}`)} />
            ))}
          </Group>
          <Group name={text('search.palette.hits')} shown={found.length > 0}>
            {found.slice(0, mostFound).map((one) => (
              <FoundItem key={one.key} found={one} open={() => openFound(one)} />
            ))}
          </Group>
          <Group name={text('search.palette.commands')} shown={others.length > 0}>
            {others.map((command) => (
              <CommandItem key={command.id} command={command} run={run} />
            ))}
          </Group>
          {typed !== '' && (
            <Item icon={<CornerDownLeft size={16} strokeWidth={1.75} aria-hidden />} act={everywhere}>
              <span className={css.name}>{text('search.palette.everywhere', { words: typed })}</span>
            </Item>
          )}
        </ComboboxList>
      </ComboboxProvider>
    </Dialog>
  )
}

const Group = ({ name, shown, children }: { name: string; shown: boolean; children: ReactNode }) =>
  shown && (
    <ComboboxGroup className={css.group}>
      <ComboboxGroupLabel className={css.label}>{name}</ComboboxGroupLabel>
      {children}
    </ComboboxGroup>
  )

const Item = ({ icon, act, children }: { icon: ReactNode; act: () => void; children: ReactNode }) => (
  <ComboboxItem className={css.item} focusOnHover setValueOnClick={false} hideOnClick={false} onClick={act}>
    {icon}
    {children}
  </ComboboxItem>
)

const icons: Readonly<Record<Command['group'], LucideIcon>> = {
  go: ArrowRight,
  do: Zap,
  look: SunMoon,
  settings: Settings,
  app: AppWindow,
}

function CommandItem({ command, run }: { command: Command; run: (command: Command) => void }) {
  const text = useText()
  const Icon = icons[command.group]
  return (
    <Item icon={<Icon size={16} strokeWidth={1.75} aria-hidden />} act={() => run(command)}>
      <span className={css.name}>{text(command.name)}</span>
      <small>{text(`commands.group.${command.group}`)}</small>
    </Item>
  )
}

function RecentItem({ id, open }: { id: ConversationId; open: () => void }) {
  const text = useText()
  const { data } = useSummary(id)
  const { data: first } = useFirstWords(id, data?.title === null)
  if (!data) return null
  return (
    <Item icon={<MessageSquareText size={16} strokeWidth={1.75} aria-hidden />} act={open}>
      <span className={css.name} dir="auto">
        {data.title ?? (first || text('library.untitled'))}
      </span>
      <small>{sourceNames[data.source]}</small>
    </Item>
  )
}

function FoundItem({ found: { conversation, title, hits }, open }: { found: Found; open: () => void }) {
  const text = useText()
  const snippet = hits[0]?.snippet
  return (
    <Item icon={<MessageSquareText size={16} strokeWidth={1.75} aria-hidden />} act={open}>
      <span className={css.name} dir="auto">
        {title ? <Marked {...title} /> : (conversation?.title ?? text('library.untitled'))}
      </span>
      {conversation && <small>{sourceNames[conversation.source]}</small>}
      {snippet && (
        <span className={css.snippet} dir="auto">
          <Marked {...plainWords(snippet)} />
        </span>
      )}
    </Item>
  )
}
