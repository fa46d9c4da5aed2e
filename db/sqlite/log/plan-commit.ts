/** Owns what one group commit will write: blocks, labels, refusals and the answers. Writes nothing itself. */
import type { AppendBatch, AppendOutcome } from '@/db/contracts/log-store'
import type { BlockDraft, BlockHead } from '@/db/sqlite/log/block-drafts'
import { type Candidate, Deduplicator, type RecordCounts } from '@/db/sqlite/log/deduplicate'
import type { PartitionReaders } from '@/db/sqlite/log/partition-readers'
import type { RecordIdentities } from '@/db/sqlite/log/record-identities'
import { type Idempotency, type RequestMemory, requestName } from '@/db/sqlite/log/request-memory'
import type { Label } from '@/lib/domain/record'
import { SECOND_MS } from '@/lib/domain/time'

export interface LabelDraft {
  readonly model: string
  readonly receivedMs: number
  readonly labels: Label[]
}

export interface CommitPlan {
  readonly blocks: readonly BlockDraft[]
  readonly labels: readonly LabelDraft[]
  /** Requests that are stored now, with their counts. */
  readonly fresh: readonly { readonly batch: AppendBatch; readonly counts: RecordCounts }[]
  /** One answer a batch, in order. */
  readonly outcomes: readonly AppendOutcome[]
}

const countLabels = (batch: AppendBatch) => batch.labels.reduce((sum, group) => sum + group.labels.length, 0)

interface Answered {
  readonly idempotency: Idempotency
  readonly outcome: () => AppendOutcome
}

/** Gathers records by block head, so that many small requests share blocks. */
class Gathering {
  readonly heads = new Map<string, { head: BlockHead; candidates: Candidate[] }>()
  readonly labels = new Map<string, LabelDraft>()

  add(batch: AppendBatch, counts: RecordCounts): void {
    // Batches of one commit arrived together; a replay of old ones may still differ by more than blocks can tell.
    const second = Math.floor(batch.receivedMs / SECOND_MS)
    for (const group of batch.records) {
      const key = `${group.model}\u0000${group.version}\u0000${batch.backfill}\u0000${second}`
      let gathered = this.heads.get(key)
      if (!gathered) {
        const { backfill, receivedMs } = batch
        gathered = {
          head: { model: group.model, version: group.version, backfill, receivedMs },
          candidates: [],
        }
        this.heads.set(key, gathered)
      }
      for (const [position, record] of group.records.entries()) {
        gathered.candidates.push({
          record,
          featureText: batch.featureTexts?.get(record.f),
          requestIndex: group.indexes[position] ?? position,
          counts,
        })
      }
    }
    for (const group of batch.labels) {
      const key = `${group.model}\u0000${second}`
      const draft = this.labels.get(key)
      if (draft) draft.labels.push(...group.labels)
      else
        this.labels.set(key, { model: group.model, receivedMs: batch.receivedMs, labels: [...group.labels] })
    }
  }
}

/**
 * Plans one commit of several batches. New records are entered into `identities` at once: the caller takes
 * them back if the commit fails.
 */
export function planCommit(
  batches: readonly AppendBatch[],
  identities: RecordIdentities,
  requests: RequestMemory,
  readers: PartitionReaders,
): CommitPlan {
  const gathering = new Gathering()
  const fresh: { batch: AppendBatch; counts: RecordCounts }[] = []
  const answered = new Map<string, Answered>()
  const answers = batches.map((batch) => {
    const earlier = batch.idempotency && findAnswered(batch.idempotency, batch.receivedMs, answered, requests)
    if (earlier) return earlier
    const counts = noCounts(batch)
    gathering.add(batch, counts)
    fresh.push({ batch, counts })
    if (batch.idempotency) {
      const replay = (): AppendOutcome => ({
        kind: 'replayed',
        accepted: counts.accepted,
        duplicates: counts.duplicates,
        conflicts: counts.conflicts,
        labelsAccepted: countLabels(batch),
        refused: batch.refusals.length,
      })
      answered.set(requestName(batch.idempotency), { idempotency: batch.idempotency, outcome: replay })
    }
    return () => committed(batch, counts)
  })
  const deduplicator = new Deduplicator(identities, readers)
  for (const { head, candidates } of gathering.heads.values()) deduplicator.addAll(head, candidates)
  return {
    blocks: deduplicator.drafts,
    labels: [...gathering.labels.values()],
    fresh,
    outcomes: answers.map((answer) => answer()),
  }
}

function noCounts({ itemised = false }: AppendBatch): RecordCounts {
  return { accepted: 0, duplicates: 0, conflicts: 0, conflictIndexes: [], duplicateIndexes: [], itemised }
}

function committed(batch: AppendBatch, counts: RecordCounts): AppendOutcome {
  const { accepted, duplicates, conflicts, conflictIndexes, duplicateIndexes } = counts
  const labelsAccepted = countLabels(batch)
  return {
    kind: 'committed',
    accepted,
    duplicates,
    conflicts,
    conflictIndexes,
    duplicateIndexes,
    labelsAccepted,
  }
}

function findAnswered(
  idempotency: Idempotency,
  nowMs: number,
  answered: ReadonlyMap<string, Answered>,
  requests: RequestMemory,
): (() => AppendOutcome) | null {
  const sameCommit = answered.get(requestName(idempotency))
  if (sameCommit) {
    if (sameCommit.idempotency.bodyHash === idempotency.bodyHash) return sameCommit.outcome
    return () => ({ kind: 'idempotency_mismatch' })
  }
  const row = requests.find(idempotency, nowMs)
  if (!row) return null
  if (row.body_hash !== idempotency.bodyHash) return () => ({ kind: 'idempotency_mismatch' })
  const { accepted, duplicates, conflicts, labels: labelsAccepted, refused } = row
  return () => ({ kind: 'replayed', accepted, duplicates, conflicts, labelsAccepted, refused })
}
