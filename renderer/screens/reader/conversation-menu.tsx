import {
  Archive,
  Eye,
  FileDown,
  FileText,
  Info,
  Link2,
  MessageSquarePlus,
  Pencil,
  Printer,
  Tag,
  Trash2,
  Undo2,
} from 'lucide-react'
import { useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { store } from '../../../node-core/contract/api/store.ts'
import type { MessageId } from '../../../node-core/contract/ids.ts'
import { useClient } from '../../app/client-context.tsx'
import { useCommands } from '../../app/command-registry.ts'
import { useText } from '../../app/language.tsx'
import { isMac } from '../../app/shell.tsx'
import { Confirm } from '../../components/confirm.tsx'
import { errorText } from '../../components/notice.tsx'
import { saveFile } from '../../components/save-file.ts'
import { useKeptFocus } from '../../components/use-kept-focus.ts'
import { type Conversation, useDeleteConversation, useEditConversation } from '../../queries/conversation.ts'
import { useRowActions } from './actions.ts'
import { useAnnounce } from './announce.tsx'
import css from './conversation-menu.module.css'
import { Details } from './details.tsx'
import { fileName } from './file-name.ts'
import { ActionMenu } from './menu.tsx'

/** Everything that can be done with the whole conversation. */
export function ConversationMenu(props: {
  conversation: Conversation
  leaf: MessageId | null | undefined
  showHidden: boolean
  setShowHidden: (show: boolean) => void
  setLeaf: (leaf: MessageId) => void
  rename: () => void
  print: () => void
  /** Where there is something that makes one. */
  pdf: (() => void) | undefined
}) {
  const { conversation, leaf, showHidden, setShowHidden, setLeaf, rename, print, pdf } = props
  const text = useText()
  const client = useClient()
  const announce = useAnnounce()
  const actions = useRowActions()
  const [, navigate] = useLocation()
  const edit = useEditConversation(conversation.id)
  const remove = useDeleteConversation(conversation.id)
  const [dialog, setDialog] = useState<'details' | 'delete'>()
  const close = () => setDialog(undefined)
  const button = useRef<HTMLButtonElement>(null)
  const kept = useKeptFocus(button)
  const { id, archived, edited } = conversation
  const title = conversation.title ?? text('reader.untitled')
  const refused = (error: unknown) => announce(errorText(error, text))
  const save = () => {
    announce(text('reader.exporting'))
    const download = (signal: AbortSignal) => client.download(store['export.get'], { conversation: [id] }, signal)
    saveFile(fileName(title, 'zip'), download, { signal: new AbortController().signal }).catch(refused)
  }
  const acts = {
    'note': () => actions.write(id),
    'tag': () => actions.tag(id),
    'archive': () => edit.mutate({ archived: !archived }, { onError: refused }),
    'link': () => actions.copyLink(''),
    'export-one': save,
    'hidden': () => setShowHidden(!showHidden),
    'details': () => setDialog('details'),
    'delete': () => setDialog('delete'),
  }
  useCommands(acts)
  return (
    <div className={css.whole} {...kept}>
      <ActionMenu
        ref={button}
        label={text('reader.menu')}
        groups={[
          [
            { name: text('reader.rename'), icon: Pencil, keys: 'F2', act: rename },
            ...(edited.title
              ? [
                  {
                    name: text('reader.title.restore'),
                    icon: Undo2,
                    act: () => edit.mutate({ title: null }, { onError: refused }),
                  },
                ]
              : []),
            { name: text('reader.note.add'), icon: MessageSquarePlus, act: acts.note },
            { name: text('reader.tag.add'), icon: Tag, act: acts.tag },
            {
              name: text(archived ? 'reader.unarchive' : 'reader.archive'),
              icon: Archive,
              act: acts.archive,
            },
          ],
          [
            { name: text('reader.link'), icon: Link2, act: acts.link },
            { name: text('reader.export'), icon: FileDown, act: acts['export-one'] },
            { name: text('reader.print'), icon: Printer, keys: isMac ? '⌘ P' : 'Ctrl P', act: print },
            ...(pdf ? [{ name: text('reader.pdf'), icon: FileText, act: pdf }] : []),
          ],
          [
            { name: text('reader.show-hidden'), icon: Eye, checked: showHidden, act: acts.hidden },
            { name: text('reader.details'), icon: Info, act: acts.details },
          ],
          [{ name: text('reader.delete'), icon: Trash2, danger: true, act: acts.delete }],
        ]}
      />
      {dialog === 'details' && (
        <Details
          conversation={conversation}
          leaf={leaf}
          go={(message) => {
            close()
            setLeaf(message)
          }}
          close={close}
        />
      )}
      {dialog === 'delete' && (
        <Confirm
          title={text('reader.delete.title')}
          action={text('reader.delete.confirm')}
          danger
          busy={remove.isPending}
          confirm={() => remove.mutate(undefined, { onSuccess: () => navigate('/', { replace: true }) })}
          close={close}
        >
          <p>{text('reader.delete.text', { title })}</p>
          <p>{text('reader.delete.again')}</p>
          {remove.error && <p role="alert">{errorText(remove.error, text)}</p>}
        </Confirm>
      )}
    </div>
  )
}
