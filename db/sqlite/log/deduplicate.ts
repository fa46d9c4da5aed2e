/** Owns which records of a commit are new, resent or in conflict with an earlier one. Exact: every hit is verified. */
import type { RecordPlace } from '@/db/sqlite/log/block-directory'
import { BlockDraft, type BlockHead } from '@/db/sqlite/log/block-drafts'
import { Fingerprinter } from '@/db/sqlite/log/fingerprint'
import type { PartitionReaders } from '@/db/sqlite/log/partition-readers'
import type { RecordIdentities } from '@/db/sqlite/log/record-identities'
import { isSameContent } from '@/db/sqlite/log/same-content'
import { placeKey, readStoredLines, type StoredLine } from '@/db/sqlite/log/stored-lines'
import type { PredictionRecord } from '@/lib/domain/record'

/** Positions of conflicting records that an answer names. */
const MAX_CONFLICT_INDEXES = 20

/** Counts of one request while its commit is prepared. */
export interface RecordCounts {
  accepted: number
  duplicates: number
  conflicts: number
  conflictIndexes: number[]
}

/** A record, where it stood in its request, and whose counts it goes to. */
export interface Candidate {
  readonly record: PredictionRecord
  readonly requestIndex: number
  readonly counts: RecordCounts
}

interface Suspect extends Candidate {
  readonly line: string
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
      const line = JSON.stringify(record)
      if (this.identities.find(high, low) >= 0) {
        suspects.push({ ...candidate, line, high, low })
      } else {
        draft = this.accept(head, draft, { ...candidate, line, high, low })
      }
    }
    if (suspects.length > 0) this.judge(head, draft, suspects)
  }

  private accept(head: BlockHead, draft: BlockDraft | null, record: Suspect): BlockDraft {
    let open = draft
    if (!open || open.isFull) {
      open = new BlockDraft(head, this.identities.nextOrdinal)
      this.drafts.push(open)
    }
    open.add(record.record, record.line, record.high, record.low)
    this.identities.add(record.high, record.low)
    record.counts.accepted++
    return open
  }

  private judge(head: BlockHead, draft: BlockDraft | null, suspects: readonly Suspect[]): void {
    const stored = this.readEarlier(suspects)
    let open = draft
    for (const suspect of suspects) {
      const earlier = this.findEarlier(head.model, suspect, stored)
      if (!earlier) {
        open = this.accept(head, open, suspect)
      } else if (earlier.version === head.version && isSameContent(earlier.line, suspect.line)) {
        suspect.counts.duplicates++
      } else {
        suspect.counts.conflicts++
        if (suspect.counts.conflictIndexes.length < MAX_CONFLICT_INDEXES) {
          suspect.counts.conflictIndexes.push(suspect.requestIndex)
        }
      }
    }
  }

  /** Reads every stored record that a suspect may repeat, each block once. */
  private readEarlier(suspects: readonly Suspect[]): Map<string, StoredLine> {
    const places: RecordPlace[] = []
    for (const { high, low } of suspects) {
      for (const ordinal of this.ordinalsOf(high, low)) {
        const place = ordinal < this.firstNewOrdinal ? this.identities.locate(ordinal) : null
        if (place) places.push(place)
      }
    }
    return readStoredLines(this.readers, places)
  }

  private findEarlier(model: string, suspect: Suspect, stored: Map<string, StoredLine>): StoredLine | null {
    for (const ordinal of this.ordinalsOf(suspect.high, suspect.low)) {
      const earlier =
        ordinal < this.firstNewOrdinal ? this.storedAt(ordinal, stored) : this.draftedAt(ordinal)
      if (earlier?.model !== model) continue
      if (earlier.line === suspect.line) return earlier
      if ((JSON.parse(earlier.line) as PredictionRecord).id === suspect.record.id) return earlier
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

  private storedAt(ordinal: number, stored: Map<string, StoredLine>): StoredLine | null {
    const place = this.identities.locate(ordinal)
    return (place && stored.get(placeKey(place))) ?? null
  }

  private draftedAt(ordinal: number): StoredLine | null {
    const draft = this.drafts.findLast((candidate) => candidate.firstOrdinal <= ordinal)
    const line = draft?.lines[ordinal - draft.firstOrdinal]
    return draft && line !== undefined ? { model: draft.head.model, version: draft.head.version, line } : null
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
