/** Owns counting the texts of a column that has too many of them to keep: top labels, distinct estimate, lengths, words. */
import { addToHyperLogLog, emptyHyperLogLog, estimateHyperLogLog } from '@/lib/stats/sketches/hyperloglog'
import { addToMoments, emptyMoments, type Moments, mergeMoments } from '@/lib/stats/sketches/moments'
import {
  emptySpaceSaving,
  mergeSpaceSavings,
  type SpaceSaving,
  spaceSavingFromCounts,
} from '@/lib/stats/sketches/space-saving'

/** Labels kept, as in every bucket summary. */
export const MAX_CATEGORIES = 1_000
/** Counted exactly before they are merged: evicting one label at a time would cost a scan of the summary each. */
const PENDING_LABELS = 16_384

export class TextTally {
  readonly lengths: Moments = emptyMoments()
  words = 0
  private readonly sketch = emptyHyperLogLog()
  private pending = new Map<string, number>()
  private top: SpaceSaving = emptySpaceSaving(MAX_CATEGORIES)

  add(text: string): void {
    addToMoments(this.lengths, text.length)
    this.words += countWords(text)
    const known = this.pending.get(text)
    if (known === undefined) addToHyperLogLog(this.sketch, text)
    this.pending.set(text, (known ?? 0) + 1)
    if (this.pending.size >= PENDING_LABELS) this.flush()
  }

  /** Adds one text that was counted elsewhere. */
  addMany(text: string, count: number): void {
    const length = text.length
    const run = { n: count, mean: length, m2: 0, m3: 0, m4: 0, min: length, max: length }
    Object.assign(this.lengths, mergeMoments(this.lengths, run))
    this.words += countWords(text) * count
    addToHyperLogLog(this.sketch, text)
    this.pending.set(text, (this.pending.get(text) ?? 0) + count)
  }

  distinct(): number {
    return Math.round(estimateHyperLogLog(this.sketch))
  }

  /** The most frequent texts; counts are exact while at most `MAX_CATEGORIES` differ. */
  topTexts(): SpaceSaving {
    this.flush()
    return this.top
  }

  private flush(): void {
    this.top = mergeSpaceSavings(this.top, spaceSavingFromCounts(this.pending, MAX_CATEGORIES))
    this.pending = new Map()
  }
}

export function countWords(text: string): number {
  const trimmed = text.trim()
  return trimmed === '' ? 0 : trimmed.split(/\s+/).length
}
