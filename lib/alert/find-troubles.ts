/** Owns what is wrong with Plumbline itself: a destination that cannot be reached, a lag, a full disk, a shipper that fell silent. Pure. */
import { formatDuration, formatInstant } from '@/lib/alert/format-value'
import { type ShipperMemory, silentFor } from '@/lib/alert/hear-shipper'
import type { Channel, ChannelQueue } from '@/lib/domain/channel'
import type { SelfAlert } from '@/lib/domain/self-alert'
import { DAY_MS, MINUTE_MS } from '@/lib/domain/time'

/** A message that has been tried for this long and has not arrived is a page that somebody misses. */
export const UNDELIVERED_AFTER_MS = 15 * MINUTE_MS
/** A live window that has been due for this long. */
export const LAG_AFTER_MS = 15 * MINUTE_MS
/** … and that still waits so long after it was seen: what fell due while nothing ran is judged first. */
const LAG_SEEN_FOR_MS = MINUTE_MS
/** A channel that said it is gone for good is spoken of this long. */
const GONE_FOR_MS = 3 * DAY_MS
const LEAST_FREE_SHARE = 0.05
const LEAST_FREE_BYTES = 2 ** 30
/** Trouble with the disk is over once there is a fifth more room than that. */
const RECOVERED_AT = 1.2

export type Trouble = Pick<SelfAlert, 'kind' | 'subject' | 'severity' | 'title' | 'text'>

/** Room on the disk that holds the data. */
export interface StorageRoom {
  readonly freeBytes: number
  readonly totalBytes: number
}

export interface SelfFacts {
  readonly nowMs: number
  /** Since when the worker runs: while it did not, no shipper could send. */
  readonly upSinceMs: number
  readonly channels: readonly Channel[]
  readonly queues: readonly ChannelQueue[]
  /** Since when the longest waiting live window has been due, or null. */
  readonly dueSinceMs: number | null
  /** Since when windows have been seen to wait like this, over restarts of the worker; null when none does. */
  readonly lagSeenMs: number | null
  /** Stages that fail, with the sentence of the error. */
  readonly failing: Readonly<Record<string, string>>
  /** null where it cannot be told. */
  readonly room: StorageRoom | null
  readonly shippers: readonly {
    readonly name: string
    readonly keyId: number
    readonly memory: ShipperMemory
  }[]
  /** Kinds and subjects of what is open: a trouble that ends needs more than one that begins. */
  readonly open: readonly Pick<SelfAlert, 'kind' | 'subject'>[]
}

/** Everything that is wrong now. What was open and is not among it is over. */
export function findTroubles(facts: SelfFacts): Trouble[] {
  return [
    ...facts.channels.flatMap((channel) => undeliverable(channel, facts)),
    ...lag(facts),
    ...storage(facts),
    ...facts.shippers.flatMap((shipper) => silent(shipper, facts)),
  ]
}

function undeliverable(channel: Channel, { queues, nowMs }: SelfFacts): Trouble[] {
  const { health, name, id, enabled } = channel
  const queue = queues.find(({ channelId }) => channelId === id)
  // Tests fail without counting: nothing was lost, and who made one has seen what came back.
  const hasFailed = health.failuresInRow > 0
  const isRecent = nowMs - (health.lastFailureMs ?? 0) < GONE_FOR_MS
  const isGone = hasFailed && !enabled && health.lastError === 'gone' && isRecent
  const oldestMs = queue?.oldestFailedMs ?? null
  const isStuck = oldestMs !== null && nowMs - oldestMs >= UNDELIVERED_AFTER_MS
  // Failures with nothing left to try: a message was given up.
  const isGivenUp = oldestMs === null
  if (!isGone && !(enabled && hasFailed && (isStuck || isGivenUp))) return []
  const arrived =
    health.lastSuccessMs === null
      ? `Nothing has ever arrived at ${name}`
      : `Nothing has arrived at ${name} since ${formatInstant(health.lastSuccessMs)}`
  const waits = queue ? `; ${queue.waiting} ${queue.waiting === 1 ? 'message waits' : 'messages wait'}` : ''
  const what = isGone
    ? 'It said that it is gone for good, and was switched off: give it another address, or delete it (Channels).'
    : 'Its test button (Channels) shows what the receiver says now.'
  return [
    {
      kind: 'undeliverable',
      subject: String(id),
      severity: 'critical',
      title: `messages to ${name} do not arrive`,
      text: `${arrived}${waits}. The last answer was: ${(health.lastError ?? 'none').replaceAll('_', ' ')}. ${what}`,
    },
  ]
}

function lag({ dueSinceMs, lagSeenMs, failing, nowMs, open }: SelfFacts): Trouble[] {
  const lateMs = dueSinceMs === null ? 0 : nowMs - dueSinceMs
  const isOpen = open.some(({ kind }) => kind === 'evaluator_lag')
  const isSeen = isOpen || (lagSeenMs !== null && nowMs - lagSeenMs >= LAG_SEEN_FOR_MS)
  if (lateMs < LAG_AFTER_MS || !isSeen) return []
  const [stage] = Object.entries(failing)
  const why = stage ? ` The stage "${stage[0]}" fails: ${stage[1].slice(0, 200)}` : ''
  return [
    {
      kind: 'evaluator_lag',
      subject: '',
      severity: 'critical',
      title: `windows have waited ${formatDuration(lateMs)} to be judged`,
      text: `The oldest has been due since ${formatInstant(dueSinceMs ?? nowMs)}: alerts come late, or not at all. Look whether the machine is busy, and what the log of the server says.${why}`,
    },
  ]
}

function storage({ room, open }: SelfFacts): Trouble[] {
  if (room === null || room.totalBytes <= 0) return []
  const isOpen = open.some(({ kind }) => kind === 'storage_nearly_full')
  const least = Math.max(LEAST_FREE_BYTES, LEAST_FREE_SHARE * room.totalBytes) * (isOpen ? RECOVERED_AT : 1)
  if (room.freeBytes >= Math.min(least, room.totalBytes / 2)) return []
  const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`
  return [
    {
      kind: 'storage_nearly_full',
      subject: '',
      severity: 'critical',
      title: 'the disk is nearly full',
      text: `${gib(room.freeBytes)} of ${gib(room.totalBytes)} are free. When nothing is left, records are refused with 503. Make room, or keep records for fewer days (PLUMBLINE_RETENTION_DAYS).`,
    },
  ]
}

function silent(
  { name, keyId, memory }: SelfFacts['shippers'][number],
  { nowMs, upSinceMs }: SelfFacts,
): Trouble[] {
  const quietMs = silentFor(memory, nowMs, upSinceMs)
  if (quietMs === null) return []
  return [
    {
      kind: 'shipper_silent',
      subject: String(keyId),
      severity: 'warning',
      title: `the shipper with the key ${name} is silent`,
      text: `It has sent nothing for ${formatDuration(quietMs)}; its longest pause before was ${formatDuration(memory.longestGapMs)}. Look whether it still runs; if it was retired on purpose, revoke its key.`,
    },
  ]
}
