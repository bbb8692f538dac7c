/** Applying a person's tags. */
import type { PartOf } from '../contract/events.ts'
import type { StoredPart } from '../log/projection.ts'
import { type ApplyContext, OF_CONVERSATION, said } from './apply-context.ts'
import { leaveChunk } from './clear.ts'
import { compareText } from './rules.ts'
import { openTagging, sealTagging, taggingName } from './taggings.ts'
import { rowFor } from './target-row.ts'

interface KnownTagging {
  is_on: number
  milliseconds: number
  counter: number
  device: string
  sealed: Uint8Array
}
const selectKnown =
  'SELECT is_on, milliseconds, counter, device, sealed FROM tagging WHERE account = ? AND conversation = ? AND name = ?'
const upsertTagging = `INSERT INTO tagging (account, conversation, name, is_on, milliseconds, counter, device, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (account, conversation, name) DO UPDATE SET is_on = excluded.is_on, milliseconds = excluded.milliseconds, counter = excluded.counter, device = excluded.device, sealed = excluded.sealed`

export async function applyTagged(
  context: ApplyContext,
  part: StoredPart,
  { target, tag, on }: PartOf<'library.tagged'>,
): Promise<void> {
  const { tx, event, keys, tags } = context
  const { account, time, device } = event
  const local = await rowFor(context, target)
  if (local === undefined) {
    await leaveChunk(tx, account, part.chunk)
    return
  }
  const name = taggingName(keys, target, tag)
  const known = await tx.get<KnownTagging>(selectKnown, [account, local, name])
  await said(context, local, OF_CONVERSATION, part.chunk)
  const later = known && (known.milliseconds - time[0] || known.counter - time[1] || compareText(known.device, device))
  if (later !== undefined && later > 0) return
  if (known && later === 0) {
    // a device whose key was in use twice may say two things at once: then taking away wins
    const before = openTagging(account, keys, name, known.sealed).tag
    if ((Number(on) - known.is_on || compareText(before, tag)) >= 0) return
  }
  const sealed = sealTagging(account, keys, name, { target, tag })
  await tx.run(upsertTagging, [account, local, name, Number(on), time[0], time[1], device, sealed])
  if (on || known?.is_on) await tags.change(context, local, { tag, was: known?.is_on === 1, on })
}
