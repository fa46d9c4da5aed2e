/** Owns putting waiting messages of a channel together before they are claimed; what belongs together is decided in lib/alert. */
import { createHash } from 'node:crypto'
import type { GatherableNotification, NewGroup } from '@/db/contracts/notification-records'
import type { Context } from '@/lib/access/context'
import { GATHER_AHEAD_MS, gatherGroups } from '@/lib/alert/gather-groups'
import { DIGEST_KEY, groupingOf } from '@/lib/alert/grouping'

/** Waiting messages that are looked at. */
const MAX_GATHERED = 20_000

/** Makes groups of what is due; what stays alone is claimed alone. Returns groups made. */
export async function gatherDue(ctx: Context): Promise<number> {
  const { metadata, nowMs } = ctx
  const rows = await metadata.listGatherable(nowMs + GATHER_AHEAD_MS, nowMs, MAX_GATHERED)
  if (!rows.some(({ dueMs }) => dueMs <= nowMs)) return 0
  const kinds = new Map((await metadata.listChannels()).map(({ id, kind }) => [id, kind]))
  let formed = 0
  for (const [channelId, waiting] of byChannel(rows)) {
    const kind = kinds.get(channelId)
    const grouping = kind === undefined ? null : groupingOf(kind)
    if (grouping === null || waiting.length < 2) continue
    const { lastMs } = await metadata.lastTold(channelId, DIGEST_KEY, nowMs, GATHER_AHEAD_MS)
    const { groups, hold } = gatherGroups({ rows: waiting, grouping, lastDigestMs: lastMs, nowMs })
    if (hold) await metadata.holdNotifications(hold.ids, hold.untilMs)
    const keys = new Map(waiting.map(({ id, key }) => [id, key]))
    const wanted = groups.map(
      (group): NewGroup => ({ ...group, channelId, key: messageKeyOf(group.memberIds, keys) }),
    )
    if (wanted.length > 0) formed += await metadata.formGroups(wanted, nowMs)
  }
  return formed
}

function byChannel(rows: readonly GatherableNotification[]): Map<number, GatherableNotification[]> {
  const channels = new Map<number, GatherableNotification[]>()
  for (const row of rows) {
    const list = channels.get(row.channelId)
    if (list) list.push(row)
    else channels.set(row.channelId, [row])
  }
  return channels
}

/** The webhook-id of a group: that of these messages together. */
function messageKeyOf(memberIds: readonly number[], keys: ReadonlyMap<number, string>): string {
  const members = memberIds.map((id) => keys.get(id) ?? '').sort()
  return `msg_${createHash('sha256').update(members.join('\n')).digest('hex').slice(0, 32)}`
}
