import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useHost } from '../../app/host-context.tsx'
import { useText } from '../../app/language.tsx'
import { ErrorNotice } from '../../components/notice.tsx'
import { Part, Soft } from '../../components/parts.tsx'
import { Choice } from './choice.tsx'

const key = ['app', 'notifications']
const settingsOf = {
  details: { quiet: false, details: true },
  plain: { quiet: false, details: false },
  none: { quiet: true, details: false },
}

/** Whether the system's notifications are used, and what they say; nothing where the page runs in a browser. */
export function NoticesPart() {
  const host = useHost()
  return host.offers('notifications.get') ? <Notices /> : null
}

function Notices() {
  const text = useText()
  const host = useHost()
  const queries = useQueryClient()
  const { data, error } = useQuery({ queryKey: key, queryFn: () => host.call('notifications.get', undefined) })
  const set = useMutation({
    mutationFn: (value: keyof typeof settingsOf) => host.call('notifications.set', settingsOf[value]),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  })
  const failed = set.error ?? error
  return (
    <Part title={text('settings.notices')}>
      {data && (
        <Choice
          name={text('settings.notices')}
          quiet
          value={data.quiet ? 'none' : data.details ? 'details' : 'plain'}
          change={(value) => set.mutate(value)}
          options={[
            { value: 'plain', label: text('settings.notices.plain'), more: text('settings.notices.plain.more') },
            { value: 'details', label: text('settings.notices.details'), more: text('settings.notices.details.more') },
            { value: 'none', label: text('settings.notices.none'), more: text('settings.notices.none.more') },
          ]}
        />
      )}
      {failed && <ErrorNotice error={failed} />}
      <Soft>{text('settings.notices.when')}</Soft>
    </Part>
  )
}
