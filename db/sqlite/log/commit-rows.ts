/** Owns the rows of one commit as plain values with their numbers: they may cross to the thread that writes them. */
import type { AppendBatch } from '@/db/contracts/log-store'
import { encodeBlock } from '@/db/sqlite/log/block-codec'
import type { CommitPlan } from '@/db/sqlite/log/plan-commit'
import type { RequestRow } from '@/db/sqlite/log/request-memory'

export interface BlockRow {
  readonly seq: number
  readonly receivedMs: number
  readonly backfill: boolean
  readonly model: string
  readonly version: string
  readonly count: number
  readonly minMs: number
  readonly maxMs: number
  readonly fingerprints: Uint8Array
  readonly body: Uint8Array
}

export interface LabelRow {
  readonly receivedMs: number
  readonly model: string
  readonly count: number
  readonly body: Uint8Array
}

export interface CommitRows {
  readonly blocks: readonly BlockRow[]
  readonly labels: readonly LabelRow[]
  readonly requests: readonly RequestRow[]
  readonly refusals: readonly Pick<AppendBatch, 'receivedMs' | 'refusals'>[]
}

/** Numbers of the last block and request that a partition holds. */
export interface LastRows {
  readonly seq: number
  readonly requestSeq: number
}

/** The rows of a plan; blocks and requests are numbered on from `last`, labels by whoever writes them. */
export function rowsOf(plan: CommitPlan, last: LastRows): CommitRows {
  const requests: RequestRow[] = []
  for (const { batch, counts } of plan.fresh) {
    if (!batch.idempotency) continue
    const { kind, scope, value, bodyHash } = batch.idempotency
    const { accepted, duplicates, conflicts } = counts
    requests.push({
      seq: last.requestSeq + requests.length + 1,
      received_ms: batch.receivedMs,
      kind,
      scope,
      value,
      body_hash: bodyHash,
      accepted,
      duplicates,
      conflicts,
      labels: batch.labels.reduce((sum, group) => sum + group.labels.length, 0),
      refused: batch.refusals.length,
    })
  }
  return {
    blocks: plan.blocks.map((draft, i) => ({
      seq: last.seq + i + 1,
      receivedMs: draft.head.receivedMs,
      backfill: draft.head.backfill,
      model: draft.head.model,
      version: draft.head.version,
      count: draft.records.length,
      minMs: Math.floor(draft.minMs),
      maxMs: Math.ceil(draft.maxMs),
      fingerprints: draft.encodeFingerprints(),
      body: draft.encodeBody(),
    })),
    labels: plan.labels
      .filter(({ labels }) => labels.length > 0)
      .map(({ receivedMs, model, labels }) => ({
        receivedMs,
        model,
        count: labels.length,
        body: encodeBlock(labels),
      })),
    requests,
    refusals: plan.fresh
      .filter(({ batch }) => batch.refusals.length > 0)
      .map(({ batch }) => ({ receivedMs: batch.receivedMs, refusals: batch.refusals })),
  }
}
