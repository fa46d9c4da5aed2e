/**
 * Owns the last few records of each model as they came, before any rule: in memory only, for administrators who try
 * rules out. Never written, never logged, gone with the process.
 */

import { oncePer } from '@/lib/domain/once-per'
import type { JsonObject } from '@/lib/ingest/json-value'

export interface RecentRecord {
  readonly receivedMs: number
  /** JSON of the record as it came. */
  readonly text: string
  readonly isRefused: boolean
}

export interface SampledRecord {
  readonly model: string
  readonly raw: JsonObject
  readonly isRefused: boolean
}

/** Of each kind, taken and refused. */
const MAX_RECORDS = 3
const MAX_MODELS = 200
/** Longer ones are no help to anybody who reads them. */
const MAX_CHARACTERS = 16 * 1024
/** Records come by the thousand; people look once in a while. */
const EVERY_MS = 250

export class RecentRecords {
  private readonly models = new Map<string, { taken: RecentRecord[]; refused: RecentRecord[] }>()

  remember(samples: readonly SampledRecord[], nowMs: number): void {
    for (const { model, raw, isRefused } of samples) {
      const known = this.models.get(model) ?? { taken: [], refused: [] }
      const list = isRefused ? known.refused : known.taken
      const [newest] = list
      if (newest !== undefined && Math.abs(nowMs - newest.receivedMs) < EVERY_MS) continue
      const text = JSON.stringify(raw)
      if (text.length > MAX_CHARACTERS) continue
      list.unshift({ receivedMs: nowMs, text, isRefused })
      list.length = Math.min(list.length, MAX_RECORDS)
      // The model that came last is the last to go.
      this.models.delete(model)
      this.models.set(model, known)
      if (this.models.size > MAX_MODELS) this.models.delete(this.models.keys().next().value ?? model)
    }
  }

  /** Newest first. */
  list(model: string): RecentRecord[] {
    const { taken = [], refused = [] } = this.models.get(model) ?? {}
    return [...taken, ...refused].sort((a, b) => b.receivedMs - a.receivedMs)
  }
}

/** The recent records of an instance, by its metadata store. */
export const recentRecordsOf = oncePer((_metadata: object) => new RecentRecords())
