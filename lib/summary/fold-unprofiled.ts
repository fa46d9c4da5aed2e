/** Owns folding a column that no profile knows: numbers into a sketch, anything else into category counts. */
import type { Scalar } from '@/lib/domain/record'
import { addToDDSketch, type DDSketch, emptyDDSketch, mergeDDSketches } from '@/lib/stats/sketches/ddsketch'
import { MomentsBuffer } from '@/lib/summary/batch-moments'
import { categoryLabel } from '@/lib/summary/category-label'
import type { ColumnFold } from '@/lib/summary/column-fold'
import { LabelCounts, UNPROFILED_CAPACITY } from '@/lib/summary/fold-category'
import type { CategorySummary, SketchSummary } from '@/lib/summary/types'

/**
 * A column is numeric as soon as it holds one number; its texts then count as changed in type. So the answer
 * depends on the values only, not on which came first.
 */
export class UnprofiledFold implements ColumnFold {
  private sketch: DDSketch = emptyDDSketch()
  private readonly moments = new MomentsBuffer()
  private readonly labels = new LabelCounts(UNPROFILED_CAPACITY)
  private readonly lengths = new MomentsBuffer()
  private texts = 0
  private missing = 0

  add(value: Scalar | undefined, times = 1): void {
    if (typeof value === 'number') for (let i = 0; i < times; i++) this.addNumber(value)
    else if (value === undefined || value === null || value === '') this.missing += times
    else {
      this.texts += times
      this.labels.add(categoryLabel(value), times)
      if (typeof value === 'string') this.lengths.addTimes(value.length, times)
    }
  }

  addNumbers(values: Float64Array): void {
    for (let i = 0; i < values.length; i++) this.addNumber(values[i] ?? 0)
  }

  private addNumber(value: number): void {
    if (value - value !== 0) {
      this.missing++
      return
    }
    addToDDSketch(this.sketch, value)
    this.moments.add(value + 0)
  }

  summary(): SketchSummary | CategorySummary {
    if (this.sketch.n > 0) {
      return {
        kind: 'sketch',
        missing: this.missing,
        typeChanged: this.texts,
        moments: this.moments.moments(),
        sketch: mergeDDSketches(this.sketch, emptyDDSketch()),
      }
    }
    return {
      kind: 'categories',
      missing: this.missing,
      typeChanged: 0,
      unseen: 0,
      outOfRange: 0,
      lengths: this.lengths.moments(),
      counts: this.labels.counts(),
    }
  }

  reset(): void {
    this.sketch = emptyDDSketch()
    this.moments.reset()
    this.labels.reset()
    this.lengths.reset()
    this.texts = 0
    this.missing = 0
  }
}
