/** What of the node's is worth a word to a person who looks elsewhere. Pure: two looks are compared. */

/** As much of what the node answers as is compared. */
export interface Look {
  readonly imports: readonly {
    readonly id: string
    readonly name: string
    readonly state: string
    readonly conversations: number
  }[]
  /** Devices that claimed a pairing and wait for a confirmation. */
  readonly waiting: readonly { readonly pairing: string; readonly name: string }[]
  /** Whether a pairing is open at all. */
  readonly pairing: boolean
  readonly nodes: readonly { readonly id: string; readonly url: string; readonly trouble: boolean }[]
  /** When a backup of the node's own failed; null where the last one did not. In milliseconds since 1970. */
  readonly backupFailed: number | null
}

export interface Notice {
  readonly kind: 'import-done' | 'import-failed' | 'pairing' | 'sync' | 'backup'
  /** How many things it is about. */
  readonly count: number
  /** What they are called; said only where the person allows it. */
  readonly names: readonly string[]
  /** Conversations that imports brought. */
  readonly conversations: number
  /** Where the page shows it. */
  readonly path: string
}

const underWay: readonly string[] = ['receiving', 'waiting', 'checking', 'importing']

/** News since `before`; of a first look only what waits for the person. Things of a kind come as one. */
export function noticesOf(before: Look | undefined, now: Look): Notice[] {
  const known = new Map(before?.imports.map(({ id, state }) => [id, state]))
  const ended = (wanted: string) =>
    before === undefined
      ? []
      : now.imports.filter(({ id, state }) => state === wanted && (!known.has(id) || underWay.includes(known.get(id) ?? '')))
  const done = ended('done')
  const failed = ended('failed')
  const waited = new Set(before?.waiting.map(({ pairing }) => pairing))
  const waiting = now.waiting.filter(({ pairing }) => !waited.has(pairing))
  const fine = new Set(before?.nodes.filter(({ trouble }) => !trouble).map(({ id }) => id))
  const troubled = now.nodes.filter(({ id, trouble }) => trouble && fine.has(id))
  const backup = before !== undefined && now.backupFailed !== null && now.backupFailed !== before.backupFailed
  const notice = (kind: Notice['kind'], path: string, names: readonly string[], conversations = 0): Notice[] =>
    names.length === 0 ? [] : [{ kind, count: names.length, names, conversations, path }]
  const reportOf = (runs: Look['imports']) => (runs.length === 1 ? `/import/${runs[0]?.id}` : '/import')
  const sum = done.reduce((total, { conversations }) => total + conversations, 0)
  return [
    ...notice(
      'pairing',
      '/settings/devices',
      waiting.map(({ name }) => name),
    ),
    ...notice(
      'import-done',
      reportOf(done),
      done.map(({ name }) => name),
      sum,
    ),
    ...notice(
      'import-failed',
      reportOf(failed),
      failed.map(({ name }) => name),
    ),
    ...notice(
      'sync',
      '/settings/devices',
      troubled.map(({ url }) => url),
    ),
    ...(backup ? notice('backup', '/settings/backup', ['']) : []),
  ]
}

/** How many things wait for the person: what a badge says. */
export const waitingIn = ({ waiting, nodes, backupFailed }: Look): number =>
  waiting.length + nodes.filter(({ trouble }) => trouble).length + (backupFailed === null ? 0 : 1)

/** Whether something is on its way that a person waits for. */
export const isBusy = ({ imports, pairing }: Look): boolean => pairing || imports.some(({ state }) => underWay.includes(state))
