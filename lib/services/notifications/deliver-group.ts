/** Owns what one message of several alerts is made of when it leaves: who is still in it, who stands first, who is named. */
import type { Context } from '@/lib/access/context'
import { composeGroup, type GroupedAlert } from '@/lib/alert/compose-group'
import { groupingOf } from '@/lib/alert/grouping'
import { compareRanks, type Rank } from '@/lib/alert/worst-first'
import type { Alert, Notification } from '@/lib/domain/alert'
import type { ChannelKind } from '@/lib/domain/channel'
import type { Message, MessageAct } from '@/lib/domain/message'
import type { SelfAlert } from '@/lib/domain/self-alert'
import { rankAlerts } from '@/lib/queries/rank-alerts'
import { inspectMessage, type Subject } from '@/lib/services/notifications/inspect-message'
import { cancelDelivery } from '@/lib/services/notifications/settle-delivery'

/** More than a group is ever made of. */
const MAX_MEMBERS = 2_000

/** One message that still has something to say, with what it is about. */
export interface GroupPart {
  readonly message: Notification
  readonly subject: Subject
}

/** The messages that still wait in a group. */
export async function listMembers(ctx: Context, group: Notification): Promise<Notification[]> {
  const members = await ctx.metadata.listNotifications({ groupId: group.id, limit: MAX_MEMBERS })
  return members.filter(({ state }) => state === 'waiting').reverse()
}

/** Those that still have something to say; the others are settled one by one. */
export async function partsOf(ctx: Context, members: readonly Notification[]): Promise<GroupPart[]> {
  const parts: GroupPart[] = []
  for (const message of members) {
    const { subject, decision } = await inspectMessage(ctx, message)
    if (decision.act === 'send') parts.push({ message, subject })
    else if (decision.act === 'cancel') await cancelDelivery(ctx, message, decision.reason)
    // Something earlier of its alert turned up: it goes alone, after that.
    else await ctx.metadata.leaveGroup(message.id)
  }
  return parts
}

/** How a message of several is written. */
export interface GroupWriter {
  /** The message of one part, as it would be told alone. */
  readonly write: (part: GroupPart) => Promise<Message>
  /** Links that act on all it tells of as not over. */
  readonly actsFor: (told: readonly (Alert | SelfAlert)[]) => readonly MessageAct[]
}

/** The message about all of them: each counts, the worst are written out. */
export async function writeGroup(
  ctx: Context,
  parts: readonly GroupPart[],
  kind: ChannelKind,
  { write, actsFor }: GroupWriter,
): Promise<Message> {
  const models = new Map<number, string>()
  const ranked: { part: GroupPart; rank: Rank; grouped: GroupedAlert }[] = []
  const ranks = await rankAlerts(
    ctx,
    parts.flatMap(({ subject }) => subject.alert ?? []),
  )
  for (const part of parts) {
    const rank = rankOf(part, ranks)
    const model = part.subject.alert ? await modelName(ctx, models, part.subject.alert) : null
    ranked.push({ part, rank, grouped: { isOver: rank.isOver, severity: rank.severity, model } })
  }
  ranked.sort((a, b) => compareRanks(a.rank, b.rank))
  const messages: Message[] = []
  for (const { part } of ranked.slice(0, groupingOf(kind)?.named ?? 1)) messages.push(await write(part))
  const alerts = ranked.map(({ grouped }) => grouped)
  const told = ranked.flatMap(({ part: { subject }, rank: { isOver } }) =>
    isOver ? [] : (subject.alert ?? subject.self ?? []),
  )
  const { nowMs, publicUrl } = ctx
  return composeGroup({ alerts, messages, nowMs, publicUrl, acts: actsFor(told) })
}

/** Whether it is over is what its message tells; an alert of Plumbline about itself has no limit. */
function rankOf({ message, subject: { alert, self } }: GroupPart, ranks: ReadonlyMap<number, Rank>): Rank {
  const { severity, firedMs } = alert ?? self ?? { severity: 'warning' as const, firedMs: message.createdMs }
  const own = { isSilenced: false, isExplained: false, isRecovering: false, excess: null, severity, firedMs }
  return { ...own, ...ranks.get(alert?.id ?? 0), isOver: message.type === 'alert.resolved' }
}

async function modelName(ctx: Context, known: Map<number, string>, { modelId }: Alert): Promise<string> {
  const name = known.get(modelId) ?? (await ctx.metadata.findModelById(modelId))?.name ?? ''
  known.set(modelId, name)
  return name
}
