import { useEffect, useState } from 'react'
import { catalogue, type ErrorCode } from '../../../node-core/contract/errors.ts'
import { type Text, useText } from '../../app/language.tsx'
import { useSession } from '../../app/session-context.tsx'
import { Button } from '../../components/button.tsx'
import { Confirm } from '../../components/confirm.tsx'
import { Loading } from '../../components/loading.tsx'
import { ErrorNotice } from '../../components/notice.tsx'
import { Actions, Entries, Entry, EntryFact, Part, Soft } from '../../components/parts.tsx'
import { SpokenTime } from '../../components/spoken-time.tsx'
import { type OtherNode, useChangeNode, useOtherNodes } from '../../queries/nodes.ts'
import { AddNode } from './add-node.tsx'
import { type HandedNode, onNode, takeNode } from './handed-node.ts'

/** The person’s other nodes that this one follows: how that goes, a further one, and following one no longer. */
export function OtherNodesPart({ may }: { may: boolean }) {
  const text = useText()
  const { data, error, refetch } = useOtherNodes()
  const [adding, setAdding] = useState<HandedNode>()
  useEffect(() => {
    const take = () => {
      const handed = takeNode()
      if (handed && may) setAdding(handed)
    }
    take()
    return onNode(take)
  }, [may])
  return (
    <Part title={text('nodes.title')}>
      <Soft>{text('nodes.text')}</Soft>
      {data ? (
        data.length > 0 ? (
          <Entries>
            {data.map((node) => (
              <NodeEntry key={node.id} node={node} may={may} />
            ))}
          </Entries>
        ) : (
          <p>{text('nodes.none')}</p>
        )
      ) : error ? (
        <ErrorNotice error={error} again={() => void refetch()} />
      ) : (
        <Loading />
      )}
      {may && (
        <Actions>
          <Button onClick={() => setAdding({ url: '', code: '' })}>{text('nodes.add')}</Button>
        </Actions>
      )}
      {adding && <AddNode key={`${adding.url} ${adding.code}`} begin={adding} close={() => setAdding(undefined)} />}
    </Part>
  )
}

function NodeEntry({ node, may }: { node: OtherNode; may: boolean }) {
  const text = useText()
  const session = useSession()
  const [asking, setAsking] = useState(false)
  const { sync, remove } = useChangeNode()
  const { id, url, state, behind, lastSynced, trouble, authority } = node
  const inStep = behind === null || behind.here + behind.there === 0
  return (
    <Entry
      name={url}
      actions={
        <>
          {(session === undefined || session.may.includes('write')) && (
            <Button
              disabled={sync.isPending}
              onClick={() => sync.mutate(id)}
              aria-label={sync.isPending ? undefined : text('nodes.sync.name', { url })}
            >
              {text(sync.isPending ? 'nodes.syncing' : 'nodes.sync')}
            </Button>
          )}
          {may && (
            <Button kind="danger" onClick={() => setAsking(true)} aria-label={text('nodes.remove.name', { url })}>
              {text('nodes.remove')}
            </Button>
          )}
        </>
      }
    >
      {state === 'paused' ? (
        <span>{text('nodes.state.paused')}</span>
      ) : trouble ? (
        <>
          <span>{troubleText(trouble.code, text)}</span>
          <EntryFact>
            {text('nodes.since')} <SpokenTime time={trouble.since} />
          </EntryFact>
        </>
      ) : (
        inStep && state !== 'trouble' && <span>{text(`nodes.state.${state}`)}</span>
      )}
      {behind !== null && behind.here > 0 && <span>{text('nodes.behind.here', { count: behind.here })}</span>}
      {behind !== null && behind.there > 0 && <span>{text('nodes.behind.there', { count: behind.there })}</span>}
      <EntryFact>
        {lastSynced === null ? (
          text('nodes.synced.never')
        ) : (
          <>
            {text('nodes.synced')} <SpokenTime time={lastSynced} />
          </>
        )}
      </EntryFact>
      {authority !== null && (
        <EntryFact>
          {text('nodes.authority')} <bdi dir="ltr">{authority}</bdi>
        </EntryFact>
      )}
      {sync.error && <ErrorNotice error={sync.error} />}
      {remove.error && <ErrorNotice error={remove.error} />}
      {asking && (
        <Confirm
          title={text('nodes.remove.title', { url })}
          action={text('nodes.remove')}
          danger
          busy={remove.isPending}
          confirm={() => remove.mutate(id, { onSettled: () => setAsking(false) })}
          close={() => setAsking(false)}
        >
          <p>{text('nodes.remove.text')}</p>
        </Confirm>
      )}
    </Entry>
  )
}

const isCode = (code: string): code is ErrorCode => Object.hasOwn(catalogue, code)

/** Why two nodes are not in step. The general words for an error are about this node, and these about the other. */
function troubleText(code: string, text: Text): string {
  if (code === 'unavailable') return text('nodes.trouble.unavailable')
  if (code === 'forbidden') return text('nodes.trouble.elsewhere')
  if (code === 'device-revoked' || code === 'event-revoked' || code === 'unauthenticated') return text('nodes.trouble.out')
  return text(isCode(code) ? `error.${code}` : 'error.internal')
}
