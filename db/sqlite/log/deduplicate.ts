/** Owns which records of a commit are new, resent or in conflict with an earlier one. Exact: every hit is verified. */
import type { RecordPlace } from '@/db/sqlite/log/block-directory'
import { BlockDraft, type BlockHead } from '@/db/sqlite/log/block-drafts'
import { Fingerprinter } from '@/db/sqlite/log/fingerprint'
import type { PartitionReaders } from '@/db/sqlite/log/partition-readers'
import type { RecordIdentities } from '@/db/sqlite/log/record-identities'
import { isSameContent } from '@/db/sqlite/log/same-content'
import { placeKey, readStoredRecords, type StoredRecord } from '@/db/sqlite/log/stored-records'
import type { PredictionRecord } from '@/lib/domain/record'

/** Positions of conflicting records that an answer names. */
const MAX_CONFLICT_INDEXES = 20

/** Counts of one request while its commit is prepared. */
export interface RecordCounts {
  accepted: number
  duplicates: number
  conflicts: number
  conflictIndexes: number[]
  duplicateIndexes: number[]
  /** Whether every position is wanted. */
  readonly itemised: boolean
}

/** A record, where it stood in its request, and whose counts it goes to. */
export interface Candidate {
  readonly record: PredictionRecord
  /** JSON of its features, where it is known. */
  readonly featureText: string | undefined
  readonly requestIndex: number
  readonly counts: RecordCounts
}

interface Suspect {
  readonly candidate: Candidate
  readonly high: number
  readonly low: number
}

/** Sorts the records of one commit into blocks, dropping what the log has already. */
export class Deduplicator {
  readonly drafts: BlockDraft[] = []
  private readonly firstNewOrdinal: number
  private readonly fingerprinters = new Map<string, Fingerprinter>()

  constructor(
    private readonly identities: RecordIdentities,
    private readonly readers: PartitionReaders,
  ) {
    this.firstNewOrdinal = identities.nextOrdinal
  }

  /** Adds records that share a block head; the first of several with one id stays. */
  addAll(head: BlockHead, candidates: readonly Candidate[]): void {
    const fingerprinter = this.fingerprinterOf(head.model)
    const suspects: Suspect[] = []
    let draft: BlockDraft | null = null
    for (const candidate of candidates) {
      const { record } = candidate
      fingerprinter.compute(record.id)
      const { high, low } = fingerprinter
      if (this.identities.find(high, low) >= 0) {
        suspects.push({ candidate, high, low })
      } else {
        draft = this.accept(head, draft, candidate, high, low)
      }
    }
    if (suspects.length > 0) this.judge(head, draft, suspects)
  }

  private accept(
    head: BlockHead,
    draft: BlockDraft | null,
    candidate: Candidate,
    high: number,
    low: number,
  ): BlockDraft {
    let open = draft
    if (!open || open.isFull) {
      open = new BlockDraft(head, this.identities.nextOrdinal)
      this.drafts.push(open)
    }
    open.add(candidate.record, candidate.featureText, high, low)
    this.identities.add(high, low)
    candidate.counts.accepted++
    return open
  }

  private judge(head: BlockHead, draft: BlockDraft | null, suspects: readonly Suspect[]): void {
    const stored = this.readEarlier(suspects)
    let open = draft
    for (const suspect of suspects) {
      const { candidate, high, low } = suspect
      const { counts, record, requestIndex } = candidate
      const text = JSON.stringify(record)
      const earlier = this.findEarlier(head.model, suspect, text, stored)
      if (!earlier) {
        open = this.accept(head, open, candidate, high, low)
      } else if (earlier.version === head.version && isSameContent(earlier.text, text)) {
        counts.duplicates++
        if (counts.itemised) counts.duplicateIndexes.push(requestIndex)
      } else {
        counts.conflicts++
        if (counts.itemised || counts.conflictIndexes.length < MAX_CONFLICT_INDEXES)
          counts.conflictIndexes.push(requestIndex)
      }
    }
  }

  /** Reads every stored record that a suspect may repeat, each block once. */
  private readEarlier(suspects: readonly Suspect[]): Map<string, StoredRecord> {
    const places: RecordPlace[] = []
    for (const { high, low } of suspects) {
      for (const ordinal of this.ordinalsOf(high, low)) {
        const place = ordinal < this.firstNewOrdinal ? this.identities.locate(ordinal) : null
        if (place) places.push(place)
      }
    }
    return readStoredRecords(this.readers, places)
  }

  private findEarlier(
    model: string,
    { candidate, high, low }: Suspect,
    text: string,
    stored: Map<string, StoredRecord>,
  ): StoredRecord | null {
    for (const ordinal of this.ordinalsOf(high, low)) {
      const earlier =
        ordinal < this.firstNewOrdinal ? this.storedAt(ordinal, stored) : this.draftedAt(ordinal)
      if (earlier?.model !== model) continue
      if (earlier.text === text) return earlier
      if ((JSON.parse(earlier.text) as PredictionRecord).id === candidate.record.id) return earlier
    }
    return null
  }

  private *ordinalsOf(high: number, low: number): Generator<number> {
    for (
      let ordinal = this.identities.find(high, low);
      ordinal >= 0;
      ordinal = this.identities.find(high, low, ordinal)
    ) {
      yield ordinal
    }
  }

  private storedAt(ordinal: number, stored: Map<string, StoredRecord>): StoredRecord | null {
    const place = this.identities.locate(ordinal)
    return (place && stored.get(placeKey(place))) ?? null
  }

  private draftedAt(ordinal: number): StoredRecord | null {
    const draft = this.drafts.findLast((candidate) => candidate.firstOrdinal <= ordinal)
    const record = draft?.records[ordinal - draft.firstOrdinal]
    if (!draft || !record) return null
    return { model: draft.head.model, version: draft.head.version, text: JSON.stringify(record) }
  }

  private fingerprinterOf(model: string): Fingerprinter {
    let fingerprinter = this.fingerprinters.get(model)
    if (!fingerprinter) {
      fingerprinter = new Fingerprinter(model)
      this.fingerprinters.set(model, fingerprinter)
    }
    return fingerprinter
  }
}
